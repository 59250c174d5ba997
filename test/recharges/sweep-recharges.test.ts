import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createRecharge } from '../../shared/recharges/create-recharge.ts';
import type { Recharge } from '../../shared/store/items/recharge.ts';
import { rechargeKey } from '../../shared/store/keys.ts';
import { updateIf } from '../../shared/store/write.ts';
import { steer } from '../providers/webhook-receiver.ts';
import { meddledTable } from './meddled-table.ts';
import {
  buy,
  deliver,
  entryOf,
  eventOf,
  minutesAfter,
  newFan,
  openShop,
  orderOf,
  paymentsOf,
  payQuietly,
  purchase,
  type Shop,
  stripeEvent,
  sweep,
  walletOf,
} from './shop.ts';

const shops: Shop[] = [];
let shop: Shop;

beforeEach(async () => {
  shop = await openShop();
  shops.push(shop);
});
afterAll(() => Promise.all(shops.map((each) => each.close())));

async function pendingOrder() {
  const command = purchase(await newFan(shop));
  return { command, ...(await buy(shop, command)) };
}

describe('the sweep over open recharges', () => {
  it('credits a payment of which no webhook ever came, once', async () => {
    const { command, order, paymentId } = await pendingOrder();
    await payQuietly(shop, paymentId);
    const now = minutesAfter(order.createdAt, 2);
    const reports = await Promise.all([sweep(shop, now), sweep(shop, now)]);
    expect(reports.reduce((sum, { credited }) => sum + credited, 0)).toBe(1);
    expect((await walletOf(shop, command.userId)).paid).toBe(1000);
    expect(await entryOf(shop, command)).toMatchObject({ flow: 'recharge' });
    expect(await eventOf(shop, `lookup-${paymentId}`)).toMatchObject({ outcome: 'applied', type: 'lookup' });
    expect(await sweep(shop, minutesAfter(now, 60))).toMatchObject({ credited: 0, unpaid: 0, complete: true });
  });

  it('credits once when the webhook comes after all', async () => {
    const { command, order, paymentId } = await pendingOrder();
    const payment = await payQuietly(shop, paymentId);
    await sweep(shop, minutesAfter(order.createdAt, 2));
    expect((await deliver(shop, stripeEvent('payment_intent.succeeded', payment))).statusCode).toBe(200);
    expect((await walletOf(shop, command.userId)).paid).toBe(1000);
  });

  it('leaves alone what is not due yet', async () => {
    const { order, paymentId } = await pendingOrder();
    await payQuietly(shop, paymentId);
    const report = await sweep(shop, minutesAfter(order.createdAt, 0.9));
    expect(report).toEqual({ credited: 0, expired: 0, unpaid: 0, changed: 0, failed: 0, complete: true });
  });

  it('asks rarer and rarer while a bank is at work, and once a day after three days', async () => {
    const { command, order, paymentId } = await pendingOrder();
    await steer(shop.stripeUrl, `payment_intents/${paymentId}/process`);
    const seen: [state: string, minutes: number][] = [];
    let current: Recharge = order;
    while (current.dueAt !== undefined && seen.length < 11) {
      await sweep(shop, new Date(current.dueAt));
      const minutes = (Date.parse(current.dueAt) - Date.parse(order.createdAt)) / 60_000;
      current = await orderOf(shop, command.rechargeId);
      seen.push([current.state, minutes]);
    }
    expect(seen).toEqual([
      ['pending', 1],
      ['pending', 3],
      ['pending', 6],
      ['pending', 10],
      ['pending', 15],
      ['pending', 60],
      ['pending', 6 * 60],
      ['pending', 24 * 60],
      ['pending', 72 * 60],
      ['pending', 96 * 60],
      ['pending', 120 * 60],
    ]);
  });

  it('expires the order for good when its price does: nobody can pay it at Stripe any more', async () => {
    const { command, order, paymentId } = await pendingOrder();
    expect(await sweep(shop, new Date(order.expiresAt))).toMatchObject({ expired: 1 });
    const { state, dueAt, dueBucket } = await orderOf(shop, command.rechargeId);
    expect({ state, dueAt, dueBucket }).toEqual({ state: 'expired' });
    await expect(payQuietly(shop, paymentId)).rejects.toThrow('canceled');
  });

  it('credits a payment that was under way when the quote expired and succeeds hours later, without a webhook', async () => {
    const { command, order, paymentId } = await pendingOrder();
    await steer(shop.stripeUrl, `payment_intents/${paymentId}/process`);
    await sweep(shop, minutesAfter(order.createdAt, 16));
    expect((await orderOf(shop, command.rechargeId)).state).toBe('pending');
    await payQuietly(shop, paymentId);
    await sweep(shop, minutesAfter(order.createdAt, 61));
    expect((await orderOf(shop, command.rechargeId)).state).toBe('paid');
    expect((await walletOf(shop, command.userId)).paid).toBe(1000);
  });

  it('looks after an order whose attempt to pay was declined', async () => {
    const { command, order, paymentId } = await pendingOrder();
    const declined = await steer<object>(shop.stripeUrl, `payment_intents/${paymentId}/fail`);
    await deliver(shop, stripeEvent('payment_intent.payment_failed', declined));
    await sweep(shop, minutesAfter(order.createdAt, 2));
    expect((await orderOf(shop, command.rechargeId)).state).toBe('failed');
    await payQuietly(shop, paymentId);
    await sweep(shop, minutesAfter(order.createdAt, 4));
    expect((await orderOf(shop, command.rechargeId)).state).toBe('paid');
  });

  it('keeps an order without a payment while it may be carried on, and then lets it expire for good', async () => {
    const command = purchase(await newFan(shop));
    await steer(shop.stripeUrl, 'faults', { next: 'error_500', count: 2, method: 'POST' });
    await expect(createRecharge(shop, command, new Date())).rejects.toThrow('Stripe gave no usable answer');
    const { createdAt, expiresAt } = await orderOf(shop, command.rechargeId);
    expect(await sweep(shop, minutesAfter(createdAt, 2))).toMatchObject({ unpaid: 1 });
    expect(await sweep(shop, minutesAfter(expiresAt, 0))).toMatchObject({ expired: 1 });
    const order = await orderOf(shop, command.rechargeId);
    expect(order.state).toBe('expired');
    expect(order.dueAt).toBeUndefined();
    expect(await paymentsOf(shop, command.rechargeId)).toEqual([]);
    expect((await createRecharge(shop, command, minutesAfter(expiresAt, 1))) as object).not.toHaveProperty(
      'clientSecret',
    );
    expect(await paymentsOf(shop, command.rechargeId)).toEqual([]);
  });
});

describe('two sweeps that overlap', () => {
  it('leave alone what the other has looked at since the index was read', async () => {
    const { order } = await pendingOrder();
    const now = minutesAfter(order.createdAt, 2);
    const slow = meddledTable(shop.ledger);
    slow.actBeforeNext('GetItemCommand', () => sweep(shop, now));
    expect(await sweep({ ...shop, ledger: slow.table }, now)).toMatchObject({ unpaid: 0, changed: 1 });
  });

  it('do not open an order again that was paid after it was asked about', async () => {
    const { command, order, paymentId } = await pendingOrder();
    await steer(shop.stripeUrl, `payment_intents/${paymentId}/process`);
    const slow = meddledTable(shop.ledger);
    slow.actBeforeNext('UpdateItemCommand', async () =>
      deliver(shop, stripeEvent('payment_intent.succeeded', await payQuietly(shop, paymentId))),
    );
    const report = await sweep({ ...shop, ledger: slow.table }, minutesAfter(order.expiresAt, 1));
    expect(report).toMatchObject({ expired: 0, changed: 1 });
    const paid = await orderOf(shop, command.rechargeId);
    expect(paid.state).toBe('paid');
    expect(paid.dueBucket).toMatch(/^reconciliation-stripe#/);
  });
});

describe('a sweep in which something goes wrong', () => {
  it('does the other orders when one look-up fails, and that one in the next run', async () => {
    const orders = [await pendingOrder(), await pendingOrder(), await pendingOrder()];
    for (const { paymentId } of orders) await payQuietly(shop, paymentId);
    const [broken] = orders;
    const path = `/v1/payment_intents/${broken?.paymentId}`;
    await steer(shop.stripeUrl, 'faults', { next: 'error_500', count: 2, method: 'GET', path });
    const now = minutesAfter(new Date(), 2);
    expect(await sweep(shop, now)).toMatchObject({ credited: 2, failed: 1, complete: true });
    expect(await sweep(shop, minutesAfter(now, 1))).toMatchObject({ credited: 1, failed: 0 });
    for (const { command } of orders) expect((await walletOf(shop, command.userId)).paid).toBe(1000);
  });

  it('does the other orders when one cannot be read', async () => {
    const damaged = await pendingOrder();
    const { command, paymentId } = await pendingOrder();
    await payQuietly(shop, paymentId);
    await updateIf(shop.ledger, {
      Key: rechargeKey(damaged.command.rechargeId),
      UpdateExpression: 'SET coins = :nonsense',
      ExpressionAttributeValues: { ':nonsense': 'many' },
    });
    expect(await sweep(shop, minutesAfter(new Date(), 2))).toMatchObject({ credited: 1, failed: 1, complete: true });
    expect((await walletOf(shop, command.userId)).paid).toBe(1000);
  });

  it('stops before its time is over, and says that it did not finish', async () => {
    const { command, order, paymentId } = await pendingOrder();
    await payQuietly(shop, paymentId);
    const now = minutesAfter(order.createdAt, 2);
    expect(await sweep(shop, now, () => 10_000)).toMatchObject({ credited: 0, complete: false });
    expect((await walletOf(shop, command.userId)).paid).toBe(0);
    expect(await sweep(shop, now)).toMatchObject({ credited: 1, complete: true });
  });

  it('gets through more orders than fit into one page of one bucket', async () => {
    const count = 95;
    const now = new Date();
    const one = async () => buy(shop, purchase(await newFan(shop)), now);
    for (let start = 0; start < count; start += 10)
      await Promise.all(Array.from({ length: Math.min(10, count - start) }, one));
    expect(await sweep(shop, minutesAfter(now, 2))).toMatchObject({ unpaid: count, failed: 0, complete: true });
    expect(await sweep(shop, minutesAfter(now, 2))).toMatchObject({ unpaid: 0, complete: true });
  });
});
