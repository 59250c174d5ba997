import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { look, steer } from '../providers/webhook-receiver.ts';
import { meddledTable } from './meddled-table.ts';
import { paidOrder } from './paid-order.ts';
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

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

describe('a payment that succeeded', () => {
  it('credits the coins, marks the order paid, and writes the line of the statement and the event', async () => {
    const { command, event } = await paidOrder(shop);
    const answer = await deliver(shop, event);
    expect({ status: answer.statusCode, body: JSON.parse(answer.body) }).toEqual({
      status: 200,
      body: { received: true },
    });
    const wallet = await walletOf(shop, command.userId);
    expect(wallet).toMatchObject({ paid: 1000, owed: 0, version: 2 });
    expect(wallet.guards).toBeUndefined();
    const order = await orderOf(shop, command.rechargeId);
    expect(order.state).toBe('paid');
    expect(order.dueBucket).toMatch(/^reconciliation-stripe#/);
    expect(Date.parse(order.dueAt ?? '')).toBe(Date.parse(order.paidAt ?? '') + 36 * 3_600_000);
    expect(await entryOf(shop, command)).toEqual({
      entryId: command.rechargeId,
      userId: command.userId,
      at: order.paidAt,
      flow: 'recharge',
      amounts: { paidCoins: 1000, repaidCoins: 0, bonusCoins: 0, stripeMinor: 1299 },
      currency: 'USD',
      provider: 'stripe',
    });
    expect(await eventOf(shop, `evt_${command.rechargeId}`)).toMatchObject({
      outcome: 'applied',
      type: 'payment_intent.succeeded',
      subject: command.rechargeId,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('is credited once when the same event comes five times at once, and each copy is answered with 200', async () => {
    const { command, event } = await paidOrder(shop);
    const answers = await Promise.all(Array.from({ length: 5 }, () => deliver(shop, event)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200]);
    expect((await walletOf(shop, command.userId)).paid).toBe(1000);
  });

  it('is credited once when two events with different ids report it, at once and later', async () => {
    const { command, payment, event } = await paidOrder(shop);
    const other = stripeEvent('payment_intent.succeeded', payment, `evt_other_${command.rechargeId}`);
    const answers = await Promise.all([deliver(shop, event), deliver(shop, other)]);
    const third = await deliver(
      shop,
      stripeEvent('payment_intent.succeeded', payment, `evt_third_${command.rechargeId}`),
    );
    expect([...answers, third].map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect((await walletOf(shop, command.userId)).paid).toBe(1000);
    expect(await eventOf(shop, `evt_third_${command.rechargeId}`)).toMatchObject({
      outcome: 'ignored',
      reason: 'already_credited',
    });
  });

  it('is credited once when another kind of event reports the same payment', async () => {
    const { command, payment, event } = await paidOrder(shop);
    const session = {
      object: 'checkout.session',
      id: 'cs_1',
      payment_intent: payment.id,
      payment_status: 'paid',
      amount_total: 1299,
      currency: 'usd',
      metadata: payment.metadata,
    };
    const answers = await Promise.all([
      deliver(shop, stripeEvent('checkout.session.completed', session)),
      deliver(shop, event),
      deliver(shop, stripeEvent('charge.succeeded', { object: 'charge', payment_intent: payment.id })),
    ]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect((await walletOf(shop, command.userId)).paid).toBe(1000);
  });

  it('is credited once when the sweep finds it while its event arrives', async () => {
    const { command, event } = await paidOrder(shop);
    await Promise.all([sweep(shop, minutesAfter(new Date(), 2)), deliver(shop, event), deliver(shop, event)]);
    expect((await walletOf(shop, command.userId)).paid).toBe(1000);
    expect((await orderOf(shop, command.rechargeId)).state).toBe('paid');
  });

  it('is credited before the request that opened it has noted the payment', async () => {
    const command = purchase(await newFan(shop));
    const flaky = meddledTable(shop.ledger);
    flaky.failNext('TransactWriteItemsCommand', 'before', { passing: 1 });
    await expect(buy({ ...shop, ledger: flaky.table }, command)).rejects.toThrow('broke off');
    expect((await orderOf(shop, command.rechargeId)).paymentId).toBeUndefined();
    const [paymentId = ''] = await paymentsOf(shop, command.rechargeId);
    const payment = await payQuietly(shop, paymentId);
    await deliver(shop, stripeEvent('payment_intent.succeeded', payment));
    expect((await walletOf(shop, command.userId)).paid).toBe(1000);
    const again = await buy(shop, command);
    expect(again).toMatchObject({ replayed: true, paymentId, order: { state: 'paid' } });
    expect(again.clientSecret).toBeUndefined();
  });

  it('reaches the wallet over HTTP from a Stripe that delivers each event five times and loses answers', async () => {
    const command = purchase(await newFan(shop));
    const { paymentId } = await buy(shop, command);
    await steer(shop.stripeUrl, 'webhooks', { copies: 5, loseAnswerNext: 2, failNext: 1 });
    await steer(shop.stripeUrl, `payment_intents/${paymentId}/pay`);
    await steer(shop.stripeUrl, 'webhooks', { copies: 1 });
    await expect.poll(async () => (await walletOf(shop, command.userId)).paid).toBe(1000);
    await expect.poll(async () => (await lastDelivery()).attempts.length, { timeout: 5000 }).toBeGreaterThanOrEqual(8);
    await delay(50);
    expect((await walletOf(shop, command.userId)).paid).toBe(1000);
  });

  async function lastDelivery() {
    type Listed = { deliveries: { attempts: object[] }[] };
    const { deliveries } = await look<Listed>(shop.stripeUrl, 'deliveries?type=payment_intent.succeeded');
    return deliveries.at(-1) ?? { attempts: [] };
  }
});

describe('a payment that was taken although the write failed', () => {
  it.each([
    ['before the transaction had an effect', 'before'],
    ['after the transaction had its effect', 'after'],
  ] as const)('%s is answered with 5xx, and credited once when Stripe delivers again', async (_case, when) => {
    const { command, event } = await paidOrder(shop);
    const flaky = meddledTable(shop.ledger);
    flaky.failNext('TransactWriteItemsCommand', when);
    const broken = await deliver({ ...shop, ledger: flaky.table }, event);
    expect(broken.statusCode).toBe(500);
    expect((await walletOf(shop, command.userId)).paid).toBe(when === 'before' ? 0 : 1000);
    const again = await deliver({ ...shop, ledger: flaky.table }, event);
    expect(again.statusCode).toBe(200);
    expect((await walletOf(shop, command.userId)).paid).toBe(1000);
  });
});
