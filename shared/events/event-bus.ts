import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { patience } from '../aws-patience.ts';
import { inGroups } from '../in-groups.ts';
import { count, logger } from '../observability.ts';
import { pauseBefore } from '../store/contention.ts';
import type { Event } from './event.ts';

/** An EventBridge bus and the client that reaches it. */
export type EventBus = { client: EventBridgeClient; name: string };

export function connectEventBus(name: string): EventBus {
  return { client: new EventBridgeClient(patience), name };
}

/** The `source` of all events, by which rules of other stacks find them. */
export const eventSource = 'tributary';

/** EventBridge's limit of one PutEvents; ten events of ours are far below its limit of bytes. */
const eventsPerCall = 10;
const callsAtOnce = 10;
const attempts = 3;

/** What is wrong with the event itself, so that no repetition will mend it. */
const refusedForGood = new Set(['InvalidArgument', 'MalformedDetail']);

/**
 * Puts the events on the bus and says which (by position) it did not take. Entries that failed are tried again by themselves.
 * One that the bus will never take is counted, logged whole and left: it must not hold up all that comes behind it.
 */
export async function putEvents(bus: EventBus, events: Event[]): Promise<Set<number>> {
  let open = events.map((_, position) => position);
  for (let attempt = 1; open.length > 0; attempt++) {
    const batches = Array.from({ length: Math.ceil(open.length / eventsPerCall) }, (_, at) =>
      open.slice(at * eventsPerCall, (at + 1) * eventsPerCall),
    );
    const outcomes = await inGroups(batches, callsAtOnce, (batch) => putBatch(bus, events, batch));
    open = outcomes.flatMap((outcome, at) => (outcome.status === 'fulfilled' ? outcome.value : (batches[at] ?? [])));
    if (open.length === 0 || attempt >= attempts) break;
    await pauseBefore(attempt);
  }
  return new Set(open);
}

/** One call; the positions that are worth another one. */
async function putBatch(bus: EventBus, events: Event[], positions: number[]): Promise<number[]> {
  const batch = positions.flatMap((position) => (events[position] ? [events[position]] : []));
  const Entries = batch.map((event) => ({
    EventBusName: bus.name,
    Source: eventSource,
    DetailType: event.type,
    Time: new Date(event.time),
    Resources: [event.subject],
    Detail: JSON.stringify(event),
  }));
  try {
    const { Entries: results = [] } = await bus.client.send(new PutEventsCommand({ Entries }));
    return positions.filter((_, at) => isWorthAnother(results[at]?.ErrorCode, batch[at]));
  } catch (error) {
    logger.warn('the bus took no events', { error: error as Error });
    return positions;
  }
}

function isWorthAnother(code: string | undefined, event: Event | undefined): boolean {
  if (code === undefined) return false;
  if (!refusedForGood.has(code)) {
    logger.warn('the bus did not take an event', { code });
    return true;
  }
  count('EventsRefused');
  logger.error('the bus refuses an event', { code, event });
  return false;
}
