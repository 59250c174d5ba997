import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { stages } from '../../infra/config.ts';
import { streamFilters } from '../../infra/stream-filters.ts';
import { Event } from '../../shared/events/event.ts';
import { type EventType, type EventTypeName, eventTypeNames, eventTypes } from '../../shared/events/event-types.ts';
import { eventWebhooks } from '../../shared/events/event-webhooks.ts';

const guide = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8');

describe('The guide to events', () => {
  it('lists every type with what has happened, and no other', () => {
    const listed = [...guide.matchAll(/^\| `([a-z_]+\.[a-z_]+)` \| [^|]+ \| ([^|]+) \|$/gm)].map(
      ([, type, meaning]) => [type, meaning],
    );
    expect(listed).toEqual(Object.entries(eventTypes).map(([type, { meaning }]) => [type, meaning]));
  });

  it('shows an event as it is sent', () => {
    const [, example = ''] = /```json\n(\{\n {2}"id".*?)```/s.exec(guide) ?? [];
    const event = z.parse(Event, JSON.parse(example));
    expect(z.safeParse(eventTypes[event.type].data, event.data).error).toBeUndefined();
    expect(z.safeParse(eventWebhooks[event.type]?.schema ?? z.never(), event).error).toBeUndefined();
  });
});

describe('The types of events', () => {
  it('have no member that could hold a name, an address or free text', () => {
    const members = new Set((Object.values(eventTypes) as EventType[]).flatMap(({ data }) => Object.keys(data.shape)));
    for (const personal of [
      'email',
      'name',
      'destination',
      'birthDate',
      'region',
      'grantedBy',
      'requestedBy',
      'caller',
    ])
      expect(members).not.toContain(personal);
    // The only reason is a code.
    const { reason } = eventTypes['payout.failed'].data.shape;
    expect(z.safeParse(reason, 'Mr Smith asked for it').success).toBe(false);
  });

  it('are let out by stages that know them, and by prod without those of gifts', () => {
    for (const { events } of Object.values(stages))
      expect(events.announced.filter((type) => !eventTypeNames.includes(type))).toEqual([]);
    expect(stages.dev.events.announced).toEqual(eventTypeNames);
    const kept: EventTypeName[] = eventTypeNames.filter((type) => !stages.prod.events.announced.includes(type));
    expect(kept).toEqual(['gift.sent', 'gift.credited']);
  });

  it('may all be off but one: the filter then lets through what it comes from, and what scores are counted from', () => {
    const [counted = '', ...others] = streamFilters([]).map(({ pattern }) => String(pattern));
    expect(others).toEqual([]);
    expect(counted).toContain('"credit"');
    for (const type of eventTypeNames) {
      const filters = streamFilters([type]).map(({ pattern }) => String(pattern));
      const { source } = eventTypes[type];
      if (typeof source === 'object') expect(filters).toEqual([expect.stringContaining(`"${source.entry}"`)]);
      else expect(filters).toEqual([counted, expect.any(String)]);
    }
  });

  it('need five filters at most, which is what Lambda takes', () => {
    expect(streamFilters(eventTypeNames).length).toBeLessThanOrEqual(5);
    const withoutWallets = eventTypeNames.filter((type) => type !== 'budget.reached' && !type.startsWith('gift.'));
    expect(streamFilters(withoutWallets).length).toBeLessThanOrEqual(5);
  });
});
