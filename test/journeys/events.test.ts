import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localClientConfig } from '../../infra/local/credentials.ts';
import { playMoneyLoop } from '../../infra/local/demo/money-loop-story.ts';
import { stageOf } from '../../infra/local/demo/steps.ts';
import type { Event } from '../../shared/events/event.ts';
import { eventTypeNames } from '../../shared/events/event-types.ts';
import { connectTable, type Table } from '../../shared/store/table.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../providers/webhook-receiver.ts';
import { eventually, startTestCloud, type TestCloud } from '../support/cloud.ts';
import { compareTold, tellableIn } from '../support/events-of-ledger.ts';

let cloud: TestCloud;
let ledger: Table;
let [good, bad]: WebhookReceiver[] = [];
let secret = '';

const operate = { scope: 'operate' } as const;

beforeAll(async () => {
  cloud = await startTestCloud({ queueRetrySeconds: 1 });
  ledger = connectTable(cloud.tableName, new DynamoDBClient(localClientConfig(cloud.dynamodbUrl)));
  [good, bad] = [await startWebhookReceiver(), await startWebhookReceiver()];
  bad.answerNext(...Array.from({ length: 500 }, () => 503));
  ({
    body: {
      signingSecrets: [secret = ''] = [],
    },
  } = (await put('good', good)) as { body: { signingSecrets?: string[] } });
  await put('bad', bad);
});
afterAll(async () => {
  await Promise.all([good?.close(), bad?.close(), cloud?.close()]);
  ledger.client.destroy();
});

function put(endpointId: string, { url }: WebhookReceiver) {
  const endpoint = { url, types: eventTypeNames, enabled: true };
  return cloud.api.put(`/v1/operations/webhook-endpoints/${endpointId}`, endpoint, operate);
}

function came(receiver = good): Event[] {
  return (receiver?.received ?? []).map(({ rawBody }) => JSON.parse(rawBody.toString('utf8')));
}

async function onBus(): Promise<Event[]> {
  const { events } = (await (await fetch(`${cloud.eventBridgeUrl}/events`)).json()) as { events: { detail: Event }[] };
  return events.map(({ detail }) => detail);
}

describe('events, in the local cloud', () => {
  it('tell all that happened and nothing else, on the bus and by webhook, while another receiver fails', async () => {
    await playMoneyLoop(stageOf(cloud, () => undefined));
    const status = { status: 'frozen', reason: 'Under review' };
    await cloud.api.put('/v1/operations/wallets/ana/status', status, operate);
    const refused = { senderId: 'ana', creatorId: 'cy', gift: 'rose', quantity: 1, unitPrice: 1 };
    const context = { type: 'live', id: 'live-1' };
    expect((await cloud.api.post('/v1/gifts', { ...refused, context })).status).toBe(403);
    const nothing = { invented: [], lost: [] };
    await eventually(
      'all was told by webhook',
      async () => compareTold(came(), await tellableIn(ledger)).lost.length === 0,
    );
    expect(compareTold(came(), await tellableIn(ledger))).toEqual(nothing);
    expect(compareTold(await onBus(), await tellableIn(ledger))).toEqual(nothing);
    expect(came().filter(({ type }) => type === 'gift.sent')).toHaveLength(3);
    expect(came(bad).length).toBeGreaterThan(0);
  });

  it('come signed, and about each wallet and payout in the order of its changes', () => {
    for (const { rawBody, headers } of good?.received ?? [])
      expect(() => new Webhook(secret).verify(rawBody.toString('utf8'), headers)).not.toThrow();
    const firsts = [
      ...new Map(
        came()
          .toReversed()
          .map((event) => [event.id, event]),
      ).values(),
    ].toReversed();
    for (const [subject, events] of Map.groupBy(firsts, (event) => event.subject)) {
      const sequences = events.flatMap(({ sequence }) => sequence ?? []);
      expect(sequences, subject).toEqual(sequences.toSorted((a, b) => a - b));
    }
  });

  it('are told again on request, to whom it is asked for', async () => {
    await eventually('she climbed a level', async () => came().some(({ type }) => type === 'gifter.level'));
    const before = came().length;
    const hers = new Set(came().flatMap(({ id, subject }) => (subject === 'wallets/ana' ? [id] : []))).size;
    expect(hers).toBeGreaterThan(10);
    const since = new Date(Date.now() - 600_000).toISOString();
    const body = { userId: 'ana', since, endpointId: 'good' };
    const answer = await cloud.api.post('/v1/operations/event-replays', body, operate);
    expect(answer).toMatchObject({ status: 202, body: { events: hers, deliveries: hers } });
    await eventually('they came again', async () => came().length >= before + hers);
    const ids = new Set(
      came()
        .slice(0, before)
        .map(({ id }) => id),
    );
    expect(
      came()
        .slice(before)
        .filter(({ id }) => !ids.has(id)),
    ).toEqual([]);
  });

  it('go to no endpoint that was removed', async () => {
    const list = await cloud.api.get('/v1/operations/webhook-endpoints', operate);
    expect((list.body.endpoints as { endpointId: string }[]).map(({ endpointId }) => endpointId)).toEqual([
      'bad',
      'good',
    ]);
    expect(JSON.stringify(list.body)).not.toContain('whsec_');
    const remove = () =>
      fetch(`${cloud.apiUrl}/v1/operations/webhook-endpoints/bad`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${cloud.tokens.operate}` },
      });
    expect([(await remove()).status, (await remove()).status]).toEqual([200, 404]);
    const redriven = await cloud.api.post('/v1/operations/webhook-redrives', undefined, operate);
    expect(redriven).toMatchObject({ status: 200, body: { redriven: 0, more: false } });
  });
});
