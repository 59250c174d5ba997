import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rememberPayment } from '../../shared/recharges/order-updates.ts';
import { writeAttempts } from '../../shared/store/contention.ts';
import { rechargeKey } from '../../shared/store/keys.ts';
import { updateIf } from '../../shared/store/write.ts';
import { look, steer } from '../providers/webhook-receiver.ts';
import { meddledTable } from './meddled-table.ts';
import {
  buy,
  catalogWith,
  changeWallet,
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

/** A fan with an order of 1,000 coins that is paid at Stripe, of which nothing was heard yet. */
async function paidOrder({ received = {} }: { received?: object } = {}) {
  const command = purchase(await newFan(shop));
  const { paymentIntentId } = await buy(shop, command);
  const payment = await payQuietly(shop, paymentIntentId, received);
  return { command, payment, event: stripeEvent('payment_intent.succeeded', payment, `evt_${command.rechargeId}`) };
}

describe('a payment that succeeded', () => {
  it('credits the coins, marks the order paid, and writes the line of the statement and the event', async () => {
    const { command, event } = await paidOrder();
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
    expect(order.dueBucket).toBeUndefined();
    expect(order.dueAt).toBeUndefined();
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
    const { command, event } = await paidOrder();
    const answers = await Promise.all(Array.from({ length: 5 }, () => deliver(shop, event)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200]);
    expect((await walletOf(shop, command.userId)).paid).toBe(1000);
  });

  it('is credited once when two events with different ids report it, at once and later', async () => {
    const { command, payment, event } = await paidOrder();
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
    const { command, payment, event } = await paidOrder();
    const session = { object: 'checkout.session', id: 'cs_1', payment_intent: payment.id, metadata: payment.metadata };
    const answers = await Promise.all([
      deliver(shop, stripeEvent('checkout.session.completed', session)),
      deliver(shop, event),
      deliver(shop, stripeEvent('charge.succeeded', { object: 'charge', payment_intent: payment.id })),
    ]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect((await walletOf(shop, command.userId)).paid).toBe(1000);
  });

  it('is credited once when the sweep finds it while its event arrives', async () => {
    const { command, event } = await paidOrder();
    await Promise.all([sweep(shop, minutesAfter(new Date(), 2)), deliver(shop, event), deliver(shop, event)]);
    expect((await walletOf(shop, command.userId)).paid).toBe(1000);
    expect((await orderOf(shop, command.rechargeId)).state).toBe('paid');
  });

  it('is credited before the request that opened it has noted the payment', async () => {
    const command = purchase(await newFan(shop));
    const flaky = meddledTable(shop.ledger);
    flaky.failNext('UpdateItemCommand', 'before');
    await expect(buy({ ...shop, ledger: flaky.table }, command)).rejects.toThrow('broke off');
    expect((await orderOf(shop, command.rechargeId)).paymentIntentId).toBeUndefined();
    const [paymentIntentId = ''] = await paymentsOf(shop, command.rechargeId);
    const payment = await payQuietly(shop, paymentIntentId);
    await deliver(shop, stripeEvent('payment_intent.succeeded', payment));
    expect((await walletOf(shop, command.userId)).paid).toBe(1000);
    const again = await buy(shop, command);
    expect(again).toMatchObject({ replayed: true, paymentIntentId, order: { state: 'paid' } });
    expect(again.clientSecret).toBeUndefined();
  });

  it('reaches the wallet over HTTP from a Stripe that delivers each event five times and loses answers', async () => {
    const command = purchase(await newFan(shop));
    const { paymentIntentId } = await buy(shop, command);
    await steer(shop.stripeUrl, 'webhooks', { copies: 5, loseAnswerNext: 2, failNext: 1 });
    await steer(shop.stripeUrl, `payment_intents/${paymentIntentId}/pay`);
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
    const { command, event } = await paidOrder();
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

describe('a payment whose wallet or order changes while it is credited', () => {
  it('takes nothing back that a gift spent meanwhile', async () => {
    const { command, event } = await paidOrder();
    await changeWallet(shop, command.userId, { paid: 500 });
    const busy = meddledTable(shop.ledger);
    busy.actBeforeNext('TransactWriteItemsCommand', () =>
      changeWallet(shop, command.userId, { paid: 401, version: 3 }),
    );
    expect((await deliver({ ...shop, ledger: busy.table }, event)).statusCode).toBe(200);
    expect(await walletOf(shop, command.userId)).toMatchObject({ paid: 1401, version: 4 });
  });

  it('is delivered again, and credited then, when the wallet never holds still', async () => {
    const { command, event } = await paidOrder();
    const busy = meddledTable(shop.ledger);
    for (let version = 10; version < 10 + writeAttempts; version += 1)
      busy.actBeforeNext('TransactWriteItemsCommand', () => changeWallet(shop, command.userId, { version }));
    const stores = { ...shop, ledger: busy.table };
    expect((await deliver(stores, event)).statusCode).toBe(503);
    expect((await walletOf(shop, command.userId)).paid).toBe(0);
    expect((await deliver(stores, event)).statusCode).toBe(200);
    expect((await walletOf(shop, command.userId)).paid).toBe(1000);
  });

  it('is parked when the order turns out to have another payment', async () => {
    const { command, payment, event } = await paidOrder();
    await updateIf(shop.ledger, { Key: rechargeKey(command.rechargeId), UpdateExpression: 'REMOVE paymentIntentId' });
    const raced = meddledTable(shop.ledger);
    const other = { rechargeId: command.rechargeId, paymentIntentId: 'pi_other' };
    raced.actBeforeNext('TransactWriteItemsCommand', () => updateIf(shop.ledger, rememberPayment(other)));
    expect((await deliver({ ...shop, ledger: raced.table }, event)).statusCode).toBe(200);
    expect(await eventOf(shop, `evt_${command.rechargeId}`)).toMatchObject({
      outcome: 'parked',
      reason: 'payment_differs',
    });
    expect(await orderOf(shop, command.rechargeId)).toMatchObject({ state: 'pending', paymentIntentId: 'pi_other' });
    expect(payment.id).not.toBe('pi_other');
    expect((await walletOf(shop, command.userId)).paid).toBe(0);
  });
});

describe('what a payment makes of the wallet', () => {
  it('repays debt first, and lifts its guard when it is repaid', async () => {
    const { command, event } = await paidOrder();
    await changeWallet(shop, command.userId, { owed: 300, guards: ['debt'] });
    await deliver(shop, event);
    const wallet = await walletOf(shop, command.userId);
    expect(wallet).toMatchObject({ paid: 700, owed: 0 });
    expect(wallet.guards).toBeUndefined();
    expect(await entryOf(shop, command)).toMatchObject({
      amounts: { paidCoins: 700, repaidCoins: 300, bonusCoins: 0, stripeMinor: 1299 },
    });
  });

  it('gives nothing but a smaller debt to a wallet that owes more', async () => {
    const { command, event } = await paidOrder();
    await changeWallet(shop, command.userId, { owed: 1500, guards: ['debt'] });
    await deliver(shop, event);
    expect(await walletOf(shop, command.userId)).toMatchObject({ paid: 0, owed: 500, guards: ['debt'] });
  });

  it('keeps bonus coins apart as promotional coins that expire, and repays no debt with them', async () => {
    const catalog = await catalogWith(({ regions }) => {
      for (const coinPackage of regions.US?.app?.packages ?? []) coinPackage.bonusCoins = 50;
    });
    const bonusShop = { ...shop, catalog };
    const command = purchase(await newFan(shop));
    const { paymentIntentId, order } = await buy(bonusShop, command);
    expect(order).toMatchObject({ coins: 1000, bonusCoins: 50, catalogVersion: 'changed' });
    await changeWallet(shop, command.userId, { owed: 1200, guards: ['debt'] });
    const payment = await payQuietly(shop, paymentIntentId);
    await deliver(bonusShop, stripeEvent('payment_intent.succeeded', payment));
    const wallet = await walletOf(shop, command.userId);
    expect(wallet).toMatchObject({ paid: 0, owed: 200, guards: ['debt', 'promo'] });
    const { paidAt } = await orderOf(shop, command.rechargeId);
    const expiresAt = minutesAfter(paidAt ?? '', 30 * 24 * 60).toISOString();
    expect(wallet.promo).toEqual([{ lotId: command.rechargeId, coins: 50, expiresAt }]);
  });

  it('credits a frozen wallet, which stays frozen', async () => {
    const { command, event } = await paidOrder();
    await changeWallet(shop, command.userId, { status: 'frozen' });
    await deliver(shop, event);
    expect(await walletOf(shop, command.userId)).toMatchObject({ paid: 1000, status: 'frozen' });
  });
});

describe('the order in which things happen', () => {
  it('credits as quoted when the price changed while the checkout was open', async () => {
    const { command, event } = await paidOrder();
    const changed = await catalogWith(({ regions }) => {
      regions.US = {};
    });
    expect((await deliver({ ledger: shop.ledger, catalog: changed }, event)).statusCode).toBe(200);
    expect((await walletOf(shop, command.userId)).paid).toBe(1000);
  });

  it('credits as quoted when the payment comes after the order expired', async () => {
    const command = purchase(await newFan(shop));
    const { paymentIntentId, order } = await buy(shop, command);
    await sweep(shop, minutesAfter(order.expiresAt, 1));
    expect((await orderOf(shop, command.rechargeId)).state).toBe('expired');
    const payment = await payQuietly(shop, paymentIntentId);
    expect((await deliver(shop, stripeEvent('payment_intent.succeeded', payment))).statusCode).toBe(200);
    expect((await walletOf(shop, command.userId)).paid).toBe(1000);
    expect((await orderOf(shop, command.rechargeId)).state).toBe('paid');
  });

  it('credits a payment that succeeds after an attempt was declined', async () => {
    const command = purchase(await newFan(shop));
    const { paymentIntentId } = await buy(shop, command);
    const declined = await steer<object>(shop.stripeUrl, `payment_intents/${paymentIntentId}/fail`);
    await deliver(shop, stripeEvent('payment_intent.payment_failed', declined));
    expect(await orderOf(shop, command.rechargeId)).toMatchObject({ state: 'failed', failure: 'card_declined' });
    expect((await walletOf(shop, command.userId)).paid).toBe(0);
    const payment = await payQuietly(shop, paymentIntentId);
    await deliver(shop, stripeEvent('payment_intent.succeeded', payment));
    const order = await orderOf(shop, command.rechargeId);
    expect(order.state).toBe('paid');
    expect(order.failure).toBeUndefined();
    expect((await walletOf(shop, command.userId)).paid).toBe(1000);
  });

  it('changes nothing when the report of a declined attempt arrives after the success', async () => {
    const command = purchase(await newFan(shop));
    const { paymentIntentId } = await buy(shop, command);
    const declined = await steer<object>(shop.stripeUrl, `payment_intents/${paymentIntentId}/fail`);
    const payment = await payQuietly(shop, paymentIntentId);
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
