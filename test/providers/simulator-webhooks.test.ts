import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startStripeSimulator } from '../../infra/local/simulators/stripe.ts';
import type { Delivery } from '../../infra/local/simulators/webhook-courier.ts';
import { readStripeEvent } from '../../shared/providers/stripe-webhook.ts';
import { look, pause, startWebhookReceiver, steer, type WebhookReceiver } from './webhook-receiver.ts';

const webhookSecret = 'whsec_deliveries';
let receiver: WebhookReceiver;
let simulator: Awaited<ReturnType<typeof startStripeSimulator>>;
let folder: string;

function start() {
  const dataFile = join(folder, 'stripe.jsonl');
  return startStripeSimulator({ apiKey: 'sk_test_1', webhookSecret, webhookUrl: () => receiver.url, dataFile });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-simulator-'));
  receiver = await startWebhookReceiver();
  simulator = await start();
});
afterEach(async () => {
  await simulator.close();
  await receiver.close();
  await rm(folder, { recursive: true });
});

async function send(...ids: string[]): Promise<void> {
  for (const id of ids) await steer(simulator.url, 'events', { id, type: 'customer.created', object: { id: 'cus_1' } });
}

function receivedIds(): string[] {
  return receiver.received.map(({ event }) => event.id);
}

async function deliveries(): Promise<Delivery[]> {
  return (await look<{ deliveries: Delivery[] }>(simulator.url, 'deliveries')).deliveries;
}

describe('webhooks of a simulator', () => {
  it('are signed so that the webhook reader believes them', async () => {
    await send('evt_1');
    const [webhook] = await receiver.waitFor(1);
    const signatureHeader = webhook?.headers['stripe-signature'];
    const read = readStripeEvent({ rawBody: webhook?.rawBody ?? '', signatureHeader, webhookSecret });
    expect(read).toEqual({ kind: 'unhandled', eventId: 'evt_1', type: 'customer.created' });
  });

  it('come again until they are answered with a 2xx', async () => {
    receiver.answerNext(500, 404, 302);
    await send('evt_1');
    await receiver.waitFor(4);
    await pause(50);
    expect(receivedIds()).toEqual(['evt_1', 'evt_1', 'evt_1', 'evt_1']);
    const [delivery] = await deliveries();
    expect(delivery).toMatchObject({ state: 'delivered' });
    expect(delivery?.attempts.map(({ status }) => status)).toEqual([500, 404, 302, 200]);
  });

  it('come again when they got lost, or their answer did', async () => {
    await steer(simulator.url, 'webhooks', { failNext: 1, loseAnswerNext: 1 });
    await send('evt_1');
    await receiver.waitFor(2);
    await pause(50);
    expect(receivedIds()).toEqual(['evt_1', 'evt_1']);
    expect((await deliveries())[0]?.attempts).toHaveLength(3);
  });

  it('come in as many copies as were asked for', async () => {
    await steer(simulator.url, 'webhooks', { copies: 5 });
    await send('evt_1');
    await receiver.waitFor(5);
    await pause(50);
    expect(receivedIds()).toEqual(Array(5).fill('evt_1'));
  });

  it('come later when they are delayed', async () => {
    await steer(simulator.url, 'webhooks', { delayMs: 150 });
    await send('evt_1');
    await pause(75);
    expect(receivedIds()).toEqual([]);
    await receiver.waitFor(1);
  });

  it('wait while they are held, and come in the order that is set', async () => {
    await steer(simulator.url, 'webhooks', { hold: true, order: 'reversed' });
    await send('evt_1', 'evt_2', 'evt_3');
    await pause(100);
    expect(receivedIds()).toEqual([]);
    expect((await deliveries()).map(({ state }) => state)).toEqual(['held', 'held', 'held']);
    await steer(simulator.url, 'webhooks/release');
    await receiver.waitFor(3);
    expect(receivedIds()).toEqual(['evt_3', 'evt_2', 'evt_1']);
  });

  it('are shuffled the same way by the same seed', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `evt_${index}`);
    const orders: string[][] = [];
    for (const round of [1, 2]) {
      await steer(simulator.url, 'webhooks', { hold: true, order: 'shuffled', seed: 42 });
      await send(...ids);
      await steer(simulator.url, 'webhooks/release');
      await receiver.waitFor(12 * round);
      orders.push(receivedIds().slice(-12));
    }
    const [first = [], second] = orders;
    expect(first).toEqual(second);
    expect(first).not.toEqual(ids);
    expect(first.toSorted()).toEqual(ids.toSorted());
  });

  it('that were not delivered are delivered after a restart, and the others are not', async () => {
    await send('evt_1');
    await receiver.waitFor(1);
    await steer(simulator.url, 'webhooks', { hold: true });
    await send('evt_2');
    await simulator.close();
    simulator = await start();
    await receiver.waitFor(2);
    await pause(50);
    expect(receivedIds()).toEqual(['evt_1', 'evt_2']);
  });
});
