import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { steer } from '../providers/webhook-receiver.ts';
import { paidOrder } from './paid-order.ts';
import {
  buy,
  catalogWith,
  deliver,
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

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

describe('the order in which things happen', () => {
  it('credits as quoted when the price changed while the checkout was open', async () => {
    const { command, event } = await paidOrder(shop);
    const changed = await catalogWith(({ regions }) => {
      regions.US = {};
    });
    expect((await deliver({ ledger: shop.ledger, catalog: changed }, event)).statusCode).toBe(200);
    expect((await walletOf(shop, command.userId)).paid).toBe(1000);
  });

  it('credits as quoted when a payment was under way as the quote expired, and comes long after', async () => {
    const command = purchase(await newFan(shop));
    const { paymentId, order } = await buy(shop, command);
    await steer(shop.stripeUrl, `payment_intents/${paymentId}/process`);
    await sweep(shop, minutesAfter(order.expiresAt, 1));
    expect((await orderOf(shop, command.rechargeId)).state).toBe('pending');
    const payment = await payQuietly(shop, paymentId);
    expect((await deliver(shop, stripeEvent('payment_intent.succeeded', payment))).statusCode).toBe(200);
    expect((await walletOf(shop, command.userId)).paid).toBe(1000);
    expect((await orderOf(shop, command.rechargeId)).state).toBe('paid');
  });

  it('credits a payment that succeeds after an attempt was declined', async () => {
    const command = purchase(await newFan(shop));
    const { paymentId } = await buy(shop, command);
    const declined = await steer<object>(shop.stripeUrl, `payment_intents/${paymentId}/fail`);
    await deliver(shop, stripeEvent('payment_intent.payment_failed', declined));
    expect(await orderOf(shop, command.rechargeId)).toMatchObject({ state: 'failed', failure: 'card_declined' });
    expect((await walletOf(shop, command.userId)).paid).toBe(0);
    const payment = await payQuietly(shop, paymentId);
    await deliver(shop, stripeEvent('payment_intent.succeeded', payment));
    const order = await orderOf(shop, command.rechargeId);
    expect(order.state).toBe('paid');
    expect(order.failure).toBeUndefined();
    expect((await walletOf(shop, command.userId)).paid).toBe(1000);
  });

  it('changes nothing when the report of a declined attempt arrives after the success', async () => {
    const command = purchase(await newFan(shop));
    const { paymentId } = await buy(shop, command);
    const declined = await steer<object>(shop.stripeUrl, `payment_intents/${paymentId}/fail`);
    const payment = await payQuietly(shop, paymentId);
    await deliver(shop, stripeEvent('payment_intent.succeeded', payment));
    const late = stripeEvent('payment_intent.payment_failed', declined, `evt_late_${command.rechargeId}`);
    expect((await deliver(shop, late)).statusCode).toBe(200);
    const order = await orderOf(shop, command.rechargeId);
    expect(order.state).toBe('paid');
    expect(order.failure).toBeUndefined();
    expect((await walletOf(shop, command.userId)).paid).toBe(1000);
    expect(await eventOf(shop, `evt_late_${command.rechargeId}`)).toMatchObject({
      outcome: 'ignored',
      reason: 'recharge_closed',
    });
  });
});
