import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { closeServer, listen } from '../../infra/local/ports.ts';
import { Breaker } from '../../shared/events/breaker.ts';
import { openCourier } from '../../shared/events/deliver-webhook.ts';
import { type Event, eventOf } from '../../shared/events/event.ts';
import { postWebhook, WebhookUnanswered } from '../../shared/events/post-webhook.ts';
import { readEndpoints } from '../../shared/events/read-endpoints.ts';
import { redriveDeadLetters } from '../../shared/events/redrive-dead-letters.ts';
import { endpointSecrets, type SigningKeys } from '../../shared/events/sign-webhook.ts';
import { messageOf } from '../../shared/events/webhook-message.ts';
import { newId } from '../../shared/identifiers.ts';
import { sendInOrder } from '../../shared/queue/send-in-order.ts';
import type { WebhookEndpoint } from '../../shared/store/items/webhook-endpoint.ts';
import type { Table } from '../../shared/store/table.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../providers/webhook-receiver.ts';
import { startQueue, type TestQueue } from '../support/deliver.ts';
import { freshLedger } from '../support/ledger.ts';
import { register } from './announcing.ts';

let ledger: Table;
let deadLetters: TestQueue;
let receiver: WebhookReceiver;
let keys: SigningKeys;
let isCrowded: boolean;

beforeAll(async () => {
  ({ ledger } = await freshLedger());
  deadLetters = await startQueue({ fifo: true });
});
afterAll(() => deadLetters.close());
beforeEach(async () => {
  receiver = await startWebhookReceiver();
  keys = { current: randomBytes(32).toString('hex') };
  isCrowded = false;
  await register(ledger, { endpointId: 'app', url: receiver.url });
});
afterEach(() => receiver.close());

function event(): Event {
  const grantId = newId(new Date());
  const data = { grantId, userId: 'ana', coins: 5 };
  return eventOf('coins.granted', { key: grantId, subject: 'wallets/ana', time: new Date().toISOString(), data });
}

function courier(breaker = new Breaker()) {
  return openCourier({
    ledger,
    endpoints: () => readEndpoints(ledger),
    signingKeys: async () => keys,
    isCrowded: async () => isCrowded,
    deadLetters,
    targets: 'any',
    breaker,
  });
}

const now = new Date();

function arrival({ receives = 1, hoursAgo = 0 } = {}) {
  return { receives, sentAt: new Date(now.getTime() - hoursAgo * 3_600_000), now };
}

function secretsOf(endpointId: string, endpoint: Partial<WebhookEndpoint> = {}): string[] {
  return endpointSecrets(keys, { endpointId, ...endpoint }, now);
}

function verified({ rawBody, headers }: WebhookReceiver['received'][number], secret = ''): unknown {
  return new Webhook(secret).verify(rawBody.toString('utf8'), headers);
}

describe('a webhook', () => {
  it('carries the event, signed as the Standard Webhooks library checks it', async () => {
    const sent = event();
    expect(await courier()({ endpointId: 'app', event: sent }, arrival())).toBe('done');
    const [received] = await receiver.waitFor(1);
    if (!received) throw new Error('nothing came');
    expect(verified(received, secretsOf('app')[0])).toEqual(sent);
    expect(received.headers['webhook-id']).toBe(sent.id);
    expect(() => verified(received, secretsOf('other')[0])).toThrow('No matching signature');
    received.rawBody[20] = 0x20;
    expect(() => verified(received, secretsOf('app')[0])).toThrow();
  });

  it('is believed by who has the former secret and by who has the new one, while they are replaced', async () => {
    const [former] = secretsOf('app');
    keys = { current: randomBytes(32).toString('hex'), previous: keys.current };
    await courier()({ endpointId: 'app', event: event() }, arrival());
    const [received] = await receiver.waitFor(1);
    if (!received) throw new Error('nothing came');
    expect(secretsOf('app')).toHaveLength(2);
    for (const secret of [former, secretsOf('app')[0]]) expect(verified(received, secret)).toBeTruthy();
  });

  it('is believed by who has the former or the new secret of an endpoint whose secret was replaced, for a day', async () => {
    const replaced = {
      secretVersion: 2,
      formerSecretVersion: 1,
      formerSecretUntil: new Date(now.getTime() + 1).toISOString(),
    };
    await register(ledger, { endpointId: 'app', url: receiver.url, ...replaced });
    await courier()({ endpointId: 'app', event: event() }, arrival());
    const [received] = await receiver.waitFor(1);
    if (!received) throw new Error('nothing came');
    const [former, current] = [secretsOf('app'), secretsOf('app', { secretVersion: 2 })];
    expect(current).not.toEqual(former);
    for (const [secret] of [former, current]) expect(verified(received, secret)).toBeTruthy();
    expect(secretsOf('app', replaced)).toEqual([...current, ...former]);
    expect(endpointSecrets(keys, { endpointId: 'app', ...replaced }, new Date(now.getTime() + 1))).toEqual(current);
  });

  it('comes again after pauses that grow to an hour, with the same id', async () => {
    const sent = event();
    const pauses: number[] = [];
    for (let receives = 1; receives <= 9; receives++) {
      receiver.answerNext(500);
      const handled = await courier()({ endpointId: 'app', event: sent }, arrival({ receives }));
      pauses.push(handled === 'done' ? 0 : handled.laterSeconds);
    }
    const expected = [5, 15, 60, 300, 900, 1_800, 3_600, 3_600, 3_600];
    for (const [at, seconds] of expected.entries()) {
      expect(pauses[at]).toBeGreaterThanOrEqual(0.8 * seconds);
      expect(pauses[at]).toBeLessThanOrEqual(1.2 * seconds);
    }
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([sent.id]));
  });

  it('does not follow a redirect: it could lead anywhere', async () => {
    const elsewhere = await startWebhookReceiver();
    const server = createServer((_, response) => response.writeHead(307, { location: elsewhere.url }).end());
    await register(ledger, { endpointId: 'app', url: await listen(server, 0) });
    expect(await courier()({ endpointId: 'app', event: event() }, arrival())).not.toBe('done');
    expect(elsewhere.received).toEqual([]);
    await Promise.all([elsewhere.close(), closeServer(server)]);
  });

  it('is not waited for longer than its time', async () => {
    const server = createServer(() => undefined);
    const url = await listen(server, 0);
    const post = { url, headers: {}, body: '{}', targets: 'any', timeoutMilliseconds: 100 } as const;
    await expect(postWebhook(post)).rejects.toThrow(WebhookUnanswered);
    server.closeAllConnections();
    await closeServer(server);
  });

  it('switches off the endpoint whose receiver says that it is gone', async () => {
    receiver.answerNext(410);
    expect(await courier()({ endpointId: 'app', event: event() }, arrival())).toBe('done');
    expect(await readEndpoints(ledger)).toMatchObject([{ enabled: false, goneAt: now.toISOString() }]);
    await courier()({ endpointId: 'app', event: event() }, arrival());
    expect(receiver.received).toHaveLength(1);
  });

  it('of an endpoint that was removed or switched off is dropped', async () => {
    await register(ledger, { endpointId: 'app', url: receiver.url, enabled: false });
    expect(await courier()({ endpointId: 'app', event: event() }, arrival())).toBe('done');
    expect(await courier()({ endpointId: 'removed', event: event() }, arrival())).toBe('done');
    expect(receiver.received).toEqual([]);
  });
});

describe('a receiver that answers slowly', () => {
  it('gets what is its own, and is left alone for twice the time that it took, so that others are served', async () => {
    const server = createServer((_, response) => setTimeout(() => response.writeHead(204).end(), 1_100));
    await register(ledger, { endpointId: 'app', url: await listen(server, 0) });
    await register(ledger, { endpointId: 'other', url: receiver.url });
    const deliver = courier();
    const asked = (secondsLater: number) => ({
      ...arrival({ receives: 7 }),
      now: new Date(now.getTime() + secondsLater * 1_000),
    });
    expect(await deliver({ endpointId: 'app', event: event() }, asked(0))).toBe('done');
    expect(await deliver({ endpointId: 'app', event: event() }, asked(2))).toEqual({ laterSeconds: 2 });
    expect(await deliver({ endpointId: 'other', event: event() }, asked(2))).toBe('done');
    expect(await deliver({ endpointId: 'app', event: event() }, asked(5))).toBe('done');
    await closeServer(server);
  });

  it('gets what waits for its turn among thousands too: SQS has not given it out a hundred times before a day is over', async () => {
    const breaker = new Breaker();
    const deliver = courier(breaker);
    const sentAt = now;
    let [waitedSeconds, receives] = [0, 0];
    while (waitedSeconds < 24 * 3_600) {
      receives += 1;
      const asked = new Date(sentAt.getTime() + waitedSeconds * 1_000);
      // Others have just had their turn.
      const answered = { isAnswered: true, tookMilliseconds: 1_001, now: new Date(asked.getTime() - 1_001) };
      breaker.note({ endpointId: 'app', url: receiver.url }, answered);
      const handled = await deliver({ endpointId: 'app', event: event() }, { receives, sentAt, now: asked });
      if (handled === 'done') throw new Error('it was not its turn');
      if (receives < 5) expect(handled).toEqual({ laterSeconds: 3 });
      waitedSeconds += handled.laterSeconds;
    }
    expect(receives).toBeLessThan(100);
  });
});

describe('a receiver that fails', () => {
  it('is left alone for half a minute after three failures in a row, and asked again after it', async () => {
    const breaker = new Breaker();
    const deliver = courier(breaker);
    receiver.answerNext(500, 500, 500);
    for (let attempt = 1; attempt <= 5; attempt++) await deliver({ endpointId: 'app', event: event() }, arrival());
    expect(receiver.received).toHaveLength(3);
    const later = { ...arrival(), now: new Date(now.getTime() + 31_000) };
    expect(await deliver({ endpointId: 'app', event: event() }, later)).toBe('done');
    expect(receiver.received).toHaveLength(4);
    expect(await deliver({ endpointId: 'app', event: event() }, later)).toBe('done');
  });

  it('is left alone by itself: another endpoint gets what is its own', async () => {
    const other = await startWebhookReceiver();
    await register(ledger, { endpointId: 'other', url: other.url });
    const deliver = courier();
    receiver.answerNext(500, 500, 500);
    for (let attempt = 1; attempt <= 4; attempt++) await deliver({ endpointId: 'app', event: event() }, arrival());
    expect(await deliver({ endpointId: 'other', event: event() }, arrival())).toBe('done');
    expect(other.received).toHaveLength(1);
    await other.close();
  });

  it('loses nothing: what is older than a day, or must make room, waits among the dead letters to be sent again', async () => {
    const deliveries = await startQueue({ fifo: true });
    const [old, crowding] = [event(), event()];
    receiver.answerNext(500, 500);
    expect(await courier()({ endpointId: 'app', event: old }, arrival({ hoursAgo: 25 }))).toBe('done');
    isCrowded = true;
    expect(await courier()({ endpointId: 'app', event: crowding }, arrival())).toBe('done');
    const redriven = await redriveDeadLetters({ deadLetters, deliveries }, { until: new Date(Date.now() + 10_000) });
    expect(redriven).toEqual({ redriven: 2, more: false });
    expect(await deliveries.drain()).toMatchObject([{ event: { id: old.id } }, { event: { id: crowding.id } }]);
    await deliveries.close();
  });

  it('may fail, be redriven and fail again within minutes: SQS takes it for another message each time', async () => {
    const deliveries = await startQueue({ fifo: true });
    const sent = event();
    isCrowded = true;
    for (let time = 1; time <= 3; time++) {
      receiver.answerNext(500);
      const sentAt = new Date(now.getTime() + time);
      await courier()({ endpointId: 'app', event: sent }, { ...arrival(), sentAt });
      await redriveDeadLetters({ deadLetters, deliveries }, { until: new Date(Date.now() + 10_000) });
      expect(await deliveries.drain(), `time ${time}`).toHaveLength(1);
    }
    await deliveries.close();
  });

  it('is sent again though a letter beside it cannot be read, which stays where it is', async () => {
    const [letters, deliveries] = [await startQueue({ fifo: true }), await startQueue({ fifo: true })];
    const [first, last] = [event(), event()];
    const unreadable = {
      ...messageOf({ endpointId: 'app', event: event() }),
      body: { endpointId: 'app' },
      group: 'else',
    };
    const readable = [first, last].map((sent) => messageOf({ endpointId: 'app', event: sent }));
    expect((await sendInOrder(letters, [unreadable, ...readable])).size).toBe(0);
    const queues = { deadLetters: letters, deliveries };
    const redriven = await redriveDeadLetters(queues, { until: new Date(Date.now() + 10_000) });
    expect(redriven).toEqual({ redriven: 2, more: false });
    expect(await deliveries.drain()).toMatchObject([{ event: { id: first.id } }, { event: { id: last.id } }]);
    const left = new GetQueueAttributesCommand({ QueueUrl: letters.url, AttributeNames: ['All'] });
    const { Attributes } = await letters.client.send(left);
    expect(Attributes).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '1' });
    await Promise.all([letters.close(), deliveries.close()]);
  });

  it('has its letters sent once more when a redrive died before it had removed them', async () => {
    const deliveries = await startQueue({ fifo: true });
    const { group, deduplicationId, body } = messageOf({ endpointId: 'app', event: event() });
    await deadLetters.client.send(
      new SendMessageCommand({
        QueueUrl: deadLetters.url,
        MessageBody: JSON.stringify(body),
        MessageGroupId: group,
        MessageDeduplicationId: deduplicationId,
      }),
    );
    const receive = new ReceiveMessageCommand({ QueueUrl: deadLetters.url, VisibilityTimeout: 0 });
    const { Messages: [letter] = [] } = await deadLetters.client.send(receive);
    await sendInOrder(deliveries, [messageOf(JSON.parse(letter?.Body ?? ''), letter?.MessageId)]);
    await redriveDeadLetters({ deadLetters, deliveries }, { until: new Date(Date.now() + 10_000) });
    expect(await deliveries.drain()).toHaveLength(1);
    expect(await deadLetters.drain()).toEqual([]);
    await deliveries.close();
  });
});
