import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newId } from '../../shared/identifiers.ts';
import { logger } from '../../shared/observability.ts';
import { providerEventKey, rechargeKey, walletKey } from '../../shared/store/keys.ts';
import { readItem } from '../../shared/store/read.ts';
import { transact, updateIf } from '../../shared/store/write.ts';
import { captureOutput } from '../support/capture-output.ts';
import {
  buy,
  deliver,
  entryOf,
  eventOf,
  minutesAfter,
  newFan,
  openShop,
  orderOf,
  payQuietly,
  purchase,
  type Shop,
  stripeEvent,
  sweep,
  walletOf,
} from './shop.ts';

// Read when the metrics are made, which is when the modules above are loaded.
vi.hoisted(() => {
  process.env.POWERTOOLS_METRICS_DISABLED = 'false';
});

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

type Intent = {
  id: string;
  amount: number;
  amount_received: number;
  currency: string;
  metadata: Record<string, string>;
};

/** An order, and the payment that Stripe would report for it; `change` makes it another one. */
async function payment(change: (intent: Intent) => object) {
  const command = purchase(await newFan(shop));
  const { paymentId } = await buy(shop, command);
  const intent = (await payQuietly(shop, paymentId)) as unknown as Intent;
  return { command, changed: { ...intent, ...change(intent) } };
}

describe('a signed event that does not agree with its order', () => {
  it.each<[string, string, (intent: Intent) => object]>([
    ['less was received', 'amount_differs', () => ({ amount_received: 1298 })],
    ['more was received', 'amount_differs', () => ({ amount_received: 1300 })],
    ['another amount was asked for and received', 'amount_differs', () => ({ amount: 1, amount_received: 1 })],
    ['another amount was asked for', 'amount_differs', () => ({ amount: 9999 })],
    ['the currency is another', 'currency_differs', () => ({ currency: 'eur' })],
    ['the user is another', 'user_differs', ({ metadata }) => ({ metadata: { ...metadata, userId: 'mallory' } })],
    ['the user is missing', 'user_differs', ({ metadata: { rechargeId = '' } }) => ({ metadata: { rechargeId } })],
    ['the order has another payment', 'payment_differs', () => ({ id: 'pi_another' })],
  ])('is parked when %s: nothing is credited, and 200 is answered', async (_case, reason, change) => {
    const { command, changed } = await payment(change);
    const eventId = `evt_${command.rechargeId}`;
    const before = await orderOf(shop, command.rechargeId);
    const answer = await deliver(shop, stripeEvent('payment_intent.succeeded', changed, eventId));
    expect(answer.statusCode).toBe(200);
    expect(await eventOf(shop, eventId)).toMatchObject({ outcome: 'parked', reason, subject: command.rechargeId });
    expect((await walletOf(shop, command.userId)).paid).toBe(0);
    expect(await entryOf(shop, command)).toBeUndefined();
    expect(await orderOf(shop, command.rechargeId)).toEqual(before);
  });

  it('is parked when the order does not exist', async () => {
    const rechargeId = newId(new Date());
    const { changed } = await payment(({ metadata }) => ({ metadata: { ...metadata, rechargeId } }));
    await deliver(shop, stripeEvent('payment_intent.succeeded', changed, 'evt_unknown'));
    expect(await eventOf(shop, 'evt_unknown')).toMatchObject({
      outcome: 'parked',
      reason: 'recharge_unknown',
      subject: rechargeId,
    });
    expect(await readItem(shop.ledger, rechargeKey(rechargeId))).toBeUndefined();
  });

  it('is parked when it reports a declined attempt of an unknown order', async () => {
    const { changed } = await payment(({ metadata }) => ({ metadata: { ...metadata, rechargeId: newId(new Date()) } }));
    await deliver(shop, stripeEvent('payment_intent.payment_failed', changed, 'evt_unknown_failure'));
    expect(await eventOf(shop, 'evt_unknown_failure')).toMatchObject({ outcome: 'parked', reason: 'recharge_unknown' });
  });

  it('is counted once for the alarm, however often it is delivered', async () => {
    const { command, changed } = await payment(() => ({ amount_received: 1 }));
    const eventId = `evt_${command.rechargeId}`;
    const event = stripeEvent('payment_intent.succeeded', changed, eventId);
    logger.setLogLevel('INFO');
    const { lines, restore } = captureOutput();
    const answers = await Promise.all(Array.from({ length: 5 }, () => deliver(shop, event)));
    restore();
    logger.setLogLevel('SILENT');
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200]);
    const metrics = lines
      .filter((line) => line.includes('"_aws"'))
      .map((line) => JSON.parse(line) as { EventsParked?: number | number[] });
    expect(metrics.flatMap(({ EventsParked = [] }) => EventsParked).reduce((sum, value) => sum + value, 0)).toBe(1);
    const logged = lines.filter((line) => line.includes('event parked'));
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain(eventId);
  });

  it('is parked by the sweep as well, which then leaves the order to its schedule', async () => {
    const command = purchase(await newFan(shop));
    const { paymentId, order } = await buy(shop, command);
    await payQuietly(shop, paymentId, { amount: 1 });
    await sweep(shop, minutesAfter(order.createdAt, 2));
    expect(await eventOf(shop, `lookup-${paymentId}`)).toMatchObject({
      outcome: 'parked',
      reason: 'amount_differs',
    });
    expect(await orderOf(shop, command.rechargeId)).toMatchObject({
      state: 'pending',
      dueAt: minutesAfter(order.createdAt, 3).toISOString(),
    });
    expect((await walletOf(shop, command.userId)).paid).toBe(0);
  });
});

describe('a parked event that Stripe delivers again when its cause is mended', () => {
  it('is applied once', async () => {
    const { command, changed } = await payment(() => ({}));
    const eventId = `evt_${command.rechargeId}`;
    const event = stripeEvent('payment_intent.succeeded', changed, eventId);
    const wallet = await readItem(shop.ledger, walletKey(command.userId));
    await transact(shop.ledger, [{ remove: { Key: walletKey(command.userId) }, failure: () => 'failed' }]);
    await deliver(shop, event);
    expect(await eventOf(shop, eventId)).toMatchObject({ outcome: 'parked', reason: 'wallet_unknown' });
    await transact(shop.ledger, [{ put: { Item: wallet ?? {} }, failure: () => 'failed' }]);
    await Promise.all([deliver(shop, event), deliver(shop, event)]);
    expect(await eventOf(shop, eventId)).toMatchObject({ outcome: 'applied' });
    expect((await walletOf(shop, command.userId)).paid).toBe(1000);
  });
});

describe('an order that was paid twice', () => {
  it('is credited for the first payment, and the second is parked for an operator to refund', async () => {
    const { command, changed } = await payment(() => ({}));
    await deliver(shop, stripeEvent('payment_intent.succeeded', changed));
    const second = stripeEvent(
      'payment_intent.succeeded',
      { ...changed, id: 'pi_second' },
      `evt_second_${command.rechargeId}`,
    );
    expect((await deliver(shop, second)).statusCode).toBe(200);
    expect(await eventOf(shop, `evt_second_${command.rechargeId}`)).toMatchObject({
      outcome: 'parked',
      reason: 'payment_differs',
    });
    expect((await walletOf(shop, command.userId)).paid).toBe(1000);
  });
});

describe('an event that needs nothing done', () => {
  it('is ignored, and kept, when it is about a payment that is no recharge', async () => {
    const { changed } = await payment(() => ({ metadata: {} }));
    expect((await deliver(shop, stripeEvent('payment_intent.succeeded', changed, 'evt_elsewhere'))).statusCode).toBe(
      200,
    );
    expect(await eventOf(shop, 'evt_elsewhere')).toMatchObject({ outcome: 'ignored', reason: 'not_a_recharge' });
  });

  it('leaves nothing in the ledger when its kind is not handled', async () => {
    const event = stripeEvent('customer.created', { object: 'customer', id: 'cus_1' }, 'evt_customer');
    expect((await deliver(shop, event)).statusCode).toBe(200);
    expect(
      await readItem(shop.ledger, providerEventKey({ provider: 'stripe', eventId: 'evt_customer' })),
    ).toBeUndefined();
  });
});

describe('what is in the way of an unpaid order', () => {
  it('is a fault when the event had another effect before: nothing is credited under its name', async () => {
    const { command, changed } = await payment(() => ({}));
    const eventId = `evt_${command.rechargeId}`;
    await deliver(shop, stripeEvent('payment_intent.payment_failed', changed, eventId));
    expect((await deliver(shop, stripeEvent('payment_intent.succeeded', changed, eventId))).statusCode).toBe(500);
    expect((await walletOf(shop, command.userId)).paid).toBe(0);
    expect(await sweep(shop, minutesAfter(new Date(), 2))).toMatchObject({ failed: 0 });
    expect((await walletOf(shop, command.userId)).paid).toBe(1000);
  });

  it('is a fault when the statement has its line already: nothing is credited over it', async () => {
    const { command, changed } = await payment(() => ({}));
    const event = stripeEvent('payment_intent.succeeded', changed);
    await deliver(shop, event);
    await updateIf(shop.ledger, {
      Key: rechargeKey(command.rechargeId),
      UpdateExpression: 'SET #state = :pending',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':pending': 'pending' },
    });
    expect((await deliver(shop, event)).statusCode).toBe(500);
    expect((await walletOf(shop, command.userId)).paid).toBe(1000);
  });
});
