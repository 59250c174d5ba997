import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startPayPalSimulator } from '../../infra/local/simulators/paypal.ts';
import type { Books } from '../../infra/local/simulators/paypal-books.ts';
import { minor } from '../../shared/money/units.ts';
import { createPayPalPayouts } from '../../shared/providers/paypal-client.ts';
import { look, pause, startWebhookReceiver, steer, type WebhookReceiver } from './webhook-receiver.ts';

const credentials = { clientId: 'client', clientSecret: 'secret' };
let receiver: WebhookReceiver;
let simulator: Awaited<ReturnType<typeof startPayPalSimulator>>;
let folder: string;
let dataFile: string;

function start() {
  return startPayPalSimulator({ ...credentials, webhookId: 'WH-1', webhookUrl: () => receiver.url, dataFile });
}

function send(id: string) {
  const client = createPayPalPayouts({ ...credentials, apiUrl: simulator.url, timeoutSeconds: 5 });
  const receiverOf = { receiver: 'cy@example.com', recipientType: 'EMAIL', note: '' } as const;
  const item = { senderItemId: id, amountMinor: minor(1369), currency: 'USD', ...receiverOf } as const;
  return client.createPayoutBatch({ senderBatchId: id, items: [item] });
}

function books(): Promise<Books> {
  return look<Books>(simulator.url, 'books');
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-simulator-'));
  dataFile = join(folder, 'paypal.jsonl');
  receiver = await startWebhookReceiver();
  simulator = await start();
});
afterEach(async () => {
  await simulator.close();
  await receiver.close();
  await rm(folder, { recursive: true });
});

describe('the PayPal simulator', () => {
  it('pays an item by itself after a moment, and says so', async () => {
    await send('p1');
    const [webhook] = await receiver.waitFor(1);
    expect(webhook?.event).toMatchObject({
      event_type: 'PAYMENT.PAYOUTS-ITEM.SUCCEEDED',
      resource: { transaction_status: 'SUCCESS', payout_item: { sender_item_id: 'p1' } },
    });
    expect(await books()).toMatchObject({ totals: { USD: { paid: '13.69', back: '0.00', net: '13.69' } } });
  });

  it('moves an item as ordered, and keeps its books by it', async () => {
    await steer(simulator.url, 'payouts', { autoComplete: false });
    await send('p1');
    await steer(simulator.url, 'payouts-items/p1/complete');
    await steer(simulator.url, 'payouts-items/p1/return');
    expect(await books()).toMatchObject({
      items: [{ senderItemId: 'p1', status: 'RETURNED', timesPaid: 1, timesBack: 1 }],
      totals: { USD: { paid: '13.69', back: '13.69', net: '0.00' } },
    });
    const types = (await receiver.waitFor(2)).map(({ event }) => event);
    expect(types).toMatchObject([
      { event_type: 'PAYMENT.PAYOUTS-ITEM.SUCCEEDED' },
      { event_type: 'PAYMENT.PAYOUTS-ITEM.RETURNED' },
    ]);
  });

  it('refuses a move that the state of the item does not allow', async () => {
    await steer(simulator.url, 'payouts', { autoComplete: false });
    await send('p1');
    await steer(simulator.url, 'payouts-items/p1/fail');
    await expect(steer(simulator.url, 'payouts-items/p1/complete')).rejects.toThrow('409');
    await expect(steer(simulator.url, 'payouts-items/p2/complete')).rejects.toThrow('404');
  });

  it('remembers over a restart what it paid, and pays what it had not paid yet', async () => {
    await send('p1');
    await receiver.waitFor(1);
    await steer(simulator.url, 'payouts', { autoComplete: false });
    await send('p2');
    await simulator.close();
    await appendFile(dataFile, '{"kind":"item","id":"half a li');
    simulator = await start();
    expect(await send('p1')).toMatchObject({ kind: 'duplicate' });
    await receiver.waitFor(2);
    expect((await books()).items).toMatchObject([
      { senderItemId: 'p1', status: 'SUCCESS', timesPaid: 1 },
      { senderItemId: 'p2', status: 'SUCCESS', timesPaid: 1 },
    ]);
  });

  it('closes at once, whatever is still going on', async () => {
    await steer(simulator.url, 'faults', { next: 'timeout' });
    await steer(simulator.url, 'webhooks', { delayMs: 60_000 });
    const pending = send('p1').catch((error: unknown) => error);
    await steer(simulator.url, 'events', { type: 'ANY', object: {} });
    await pause(50);
    const started = performance.now();
    await simulator.close();
    expect(performance.now() - started).toBeLessThan(500);
    expect(await pending).toBeInstanceOf(Error);
    simulator = await start();
  });
});
