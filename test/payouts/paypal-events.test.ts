import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { look, steer } from '../providers/webhook-receiver.ts';
import {
  auditFindings,
  balancesOf,
  move,
  nextCreator,
  openPayoutDesk,
  type PayoutDesk,
  payPalBooks,
  readEvent,
  readPayout,
  submittedPayout,
} from '../support/payouts.ts';

let desk: PayoutDesk;
let payoutId: string;
beforeAll(async () => {
  desk = await openPayoutDesk();
});
beforeEach(async () => {
  await steer(desk.payPalUrl, 'webhooks', { hold: false, copies: 1, order: 'sent', delayMs: 0 });
  await nextCreator(desk);
  payoutId = (await submittedPayout(desk)).payoutId;
});
afterAll(async () => {
  expect(await auditFindings(desk)).toEqual([]);
  await desk.close();
});

type Delivery = { eventId: string; state: string; attempts: { status?: number }[] };

async function deliveries(type: string): Promise<Delivery[]> {
  const query = `deliveries?type=PAYMENT.PAYOUTS-ITEM.${type}`;
  return (await look<{ deliveries: Delivery[] }>(desk.payPalUrl, query)).deliveries;
}

async function stateOf(): Promise<string> {
  return (await readPayout(desk, payoutId)).state;
}

function allDelivered(): Promise<void> {
  return expect
    .poll(async () => (await look<{ deliveries: Delivery[] }>(desk.payPalUrl, 'deliveries')).deliveries)
    .toSatisfy((all: Delivery[]) => all.every(({ state }) => state === 'delivered'));
}

describe("PayPal's webhook", () => {
  it('pays and takes back, and PayPal and the ledger agree', async () => {
    await move(desk, payoutId, 'complete');
    await expect.poll(stateOf).toBe('paid');
    expect(await balancesOf(desk)).toMatchObject({ held: 0, paidOut: 1400 });
    await move(desk, payoutId, 'return');
    await expect.poll(stateOf).toBe('returned');
    expect(await balancesOf(desk)).toMatchObject({ available: 1400, paidOut: 0 });
    const items = (await payPalBooks(desk)).items.filter(({ senderItemId }) => senderItemId === payoutId);
    expect(items).toMatchObject([{ timesPaid: 1, timesBack: 1 }]);
  });

  it('comes to the same end when its events are repeated and turned around', async () => {
    await steer(desk.payPalUrl, 'webhooks', { hold: true, copies: 3, order: 'reversed' });
    await move(desk, payoutId, 'unclaim');
    await move(desk, payoutId, 'complete');
    await move(desk, payoutId, 'return');
    await steer(desk.payPalUrl, 'webhooks/release');
    await expect.poll(stateOf).toBe('returned');
    await allDelivered();
    expect(await stateOf()).toBe('returned');
    expect(await balancesOf(desk)).toEqual({ available: 1400, maturing: 0, held: 0, paidOut: 0 });
  });

  it('does not count as contradiction what came late', async () => {
    await steer(desk.payPalUrl, 'webhooks', { hold: true, order: 'reversed' });
    await move(desk, payoutId, 'complete');
    await move(desk, payoutId, 'return');
    await steer(desk.payPalUrl, 'webhooks/release');
    await allDelivered();
    const [late] = (await deliveries('SUCCEEDED')).slice(-1);
    expect(await readEvent(desk, late?.eventId ?? '')).toMatchObject({ outcome: 'ignored' });
  });

  it('is delivered again after PayPal could not be asked', async () => {
    await steer(desk.payPalUrl, 'faults', { next: 'error_500', method: 'GET', path: '/v1/payments/payouts-item' });
    await move(desk, payoutId, 'fail');
    await expect.poll(stateOf).toBe('failed');
    const [delivery] = (await deliveries('FAILED')).slice(-1);
    expect(delivery?.attempts.map(({ status }) => status)).toEqual([503, 200]);
  });

  it("believes PayPal's API, and not the event, about the item", async () => {
    const { items } = await payPalBooks(desk);
    const { payoutItemId } = items.find(({ senderItemId }) => senderItemId === payoutId) ?? {};
    const object = {
      payout_item_id: payoutItemId,
      payout_batch_id: 'any',
      transaction_status: 'SUCCESS',
      payout_item: { sender_item_id: payoutId, amount: { value: '13.69', currency: 'USD' } },
    };
    await steer(desk.payPalUrl, 'events', { type: 'PAYMENT.PAYOUTS-ITEM.SUCCEEDED', object, id: 'early' });
    await expect.poll(async () => attemptsOf('early')).toBeGreaterThan(1);
    expect(await readPayout(desk, payoutId)).toMatchObject({ state: 'submitted' });
    expect(await readEvent(desk, 'early')).toBeUndefined();
    await move(desk, payoutId, 'complete');
    await expect.poll(() => readEvent(desk, 'early')).toBeDefined();
    expect(await balancesOf(desk)).toMatchObject({ paidOut: 1400 });
  });

  it('takes note of events about anything else', async () => {
    await steer(desk.payPalUrl, 'events', { type: 'PAYMENT.PAYOUTSBATCH.SUCCESS', object: {}, id: 'batch' });
    await expect.poll(async () => deliveredOf('batch')).toBe('delivered');
  });

  it('answers 400 to what PayPal did not sign, and stores nothing', async () => {
    const body = JSON.stringify({ id: 'forged', event_type: 'PAYMENT.PAYOUTS-ITEM.SUCCEEDED', resource: {} });
    const unsigned = await fetch(desk.webhookUrl, { method: 'POST', body });
    expect(unsigned.status).toBe(400);
    expect(await unsigned.json()).toMatchObject({ code: 'webhook_rejected', reason: 'missing_signature' });
    const headers = {
      'paypal-transmission-id': 'x',
      'paypal-transmission-time': new Date().toISOString(),
      'paypal-transmission-sig': Buffer.from('forged').toString('base64'),
      'paypal-cert-url': 'https://evil.example/v1/notifications/certs/CERT-1',
      'paypal-auth-algo': 'SHA256withRSA',
    };
    const forged = await fetch(desk.webhookUrl, { method: 'POST', body, headers });
    expect(await forged.json()).toMatchObject({ status: 400, reason: 'bad_signature' });
    expect(await readEvent(desk, 'forged')).toBeUndefined();
  });
});

async function deliveryOf(eventId: string): Promise<Delivery | undefined> {
  const { deliveries: all } = await look<{ deliveries: Delivery[] }>(desk.payPalUrl, 'deliveries');
  return all.find((delivery) => delivery.eventId === eventId);
}

async function attemptsOf(eventId: string): Promise<number> {
  return (await deliveryOf(eventId))?.attempts.length ?? 0;
}

async function deliveredOf(eventId: string): Promise<string | undefined> {
  return (await deliveryOf(eventId))?.state;
}
