import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPurchaseUse } from '../../shared/recharges/count-purchase.ts';
import { steer } from '../providers/webhook-receiver.ts';
import { eventually } from '../support/cloud.ts';
import { troublesIn } from './claim-events.ts';
import {
  answerOf,
  at,
  buyAtGoogle,
  canceled,
  deliver,
  eventOf,
  type GoogleShop,
  message,
  openGoogleShop,
  order,
  orderOf,
  purchased,
  send,
  shopOfTest,
  walletOf,
} from './google-shop.ts';
import { newFan } from './shop.ts';

let shop: GoogleShop;

beforeAll(async () => {
  shop = await openGoogleShop();
});
afterAll(() => shop.close());

describe('a purchase at Google Play', () => {
  it('is credited by the token that the app sends, consumed, and shown with its order', async () => {
    const ordered = await order(shop);
    const bought = await buyAtGoogle(shop, ordered.rechargeId);
    expect(answerOf(await send(shop, ordered, bought))).toBe('paid');
    expect(await walletOf(shop, ordered)).toMatchObject({ paid: 1000, owed: 0 });
    expect(await at(shop, bought).consumptions()).toBe(1);
    expect(await orderOf(shop, ordered)).toMatchObject({ paymentId: bought.orderId, productId: 'coins.us.app.1000' });
  });

  it('is credited by the notification alone, as Pub/Sub pushes it', async () => {
    const ordered = await order(shop);
    const bought = await buyAtGoogle(shop, ordered.rechargeId, { webhook: true });
    await eventually('the order is paid', async () => (await orderOf(shop, ordered)).state === 'paid');
    await eventually('it is consumed', async () => (await at(shop, bought).consumptions()) === 1);
    expect((await walletOf(shop, ordered)).paid).toBe(1000);
  });

  it.each(['app first', 'notification first'])('is credited once and consumed once, %s', async (first) => {
    const ordered = await order(shop);
    const bought = await buyAtGoogle(shop, ordered.rechargeId);
    const ways = [() => send(shop, ordered, bought), () => deliver(shop, message(purchased(bought)))];
    for (const way of first === 'app first' ? ways : ways.toReversed()) await way();
    expect((await walletOf(shop, ordered)).paid).toBe(1000);
    expect(await at(shop, bought).consumptions()).toBe(1);
  });

  it('is credited once when five notifications and five sends come at once', async () => {
    const ordered = await order(shop);
    const bought = await buyAtGoogle(shop, ordered.rechargeId);
    const body = message(purchased(bought));
    const [statuses, answers] = await Promise.all([
      Promise.all(Array.from({ length: 5 }, () => deliver(shop, body))),
      Promise.all(Array.from({ length: 5 }, () => send(shop, ordered, bought))),
    ]);
    expect(statuses).toEqual([200, 200, 200, 200, 200]);
    expect(answers.map(answerOf)).toEqual(['paid', 'paid', 'paid', 'paid', 'paid']);
    expect((await walletOf(shop, ordered)).paid).toBe(1000);
    expect(await at(shop, bought).consumptions()).toBe(1);
  });

  it('keeps what the buyer really paid, in the currency of the storefront', async () => {
    const ordered = await order(shop);
    const total = { currencyCode: 'JPY', units: '2000', nanos: 0 };
    await send(shop, ordered, await buyAtGoogle(shop, ordered.rechargeId, { total }));
    expect(await orderOf(shop, ordered)).toMatchObject({ priceMinor: 1299, paid: { minor: 2000, currency: 'JPY' } });
  });

  it('keeps where the buyer was billed, and takes every region', async () => {
    for (const regionCode of ['US', 'JP']) {
      const ordered = await order(shop);
      const bought = await buyAtGoogle(shop, ordered.rechargeId, { regionCode });
      expect(answerOf(await send(shop, ordered, bought))).toBe('paid');
      expect(await orderOf(shop, ordered)).toMatchObject({ region: 'US', soldIn: regionCode });
    }
  });

  it('brings as many packages as the buyer took in the dialog', async () => {
    const ordered = await order(shop);
    const total = { currencyCode: 'USD', units: '38', nanos: 970_000_000 };
    const bought = await buyAtGoogle(shop, ordered.rechargeId, { quantity: 3, total });
    expect(answerOf(await send(shop, ordered, bought))).toBe('paid');
    expect((await walletOf(shop, ordered)).paid).toBe(3000);
    expect(await orderOf(shop, ordered)).toMatchObject({
      quantity: 3,
      coins: 3000,
      priceMinor: 3897,
      usdMinor: 3897,
      paid: { minor: 3897, currency: 'USD' },
    });
    // All three count in the buyer's limits, and as one order.
    const use = await readPurchaseUse(shop.ledger, ordered.userId);
    expect(use).toMatchObject({ dayMinor: 3897, weekMinor: 3897, dayOrders: 1 });
  });
});

describe('a token', () => {
  it('credits the account whose order it names, once, when two accounts send it', async () => {
    const [ana, bo] = [await order(shop), await order(shop)];
    const bought = await buyAtGoogle(shop, ana.rechargeId);
    expect(answerOf(await send(shop, bo, bought))).toBe('receipt_rejected: recharge_differs');
    expect((await walletOf(shop, bo)).paid).toBe(0);
    expect((await walletOf(shop, ana)).paid).toBe(1000);
    expect(answerOf(await send(shop, ana, bought))).toBe('paid');
    expect((await walletOf(shop, ana)).paid).toBe(1000);
  });

  it('that Google does not know is refused', async () => {
    const ordered = await order(shop);
    const bought = { purchaseToken: 'made.up', consumptions: 0 };
    expect(answerOf(await send(shop, ordered, bought))).toBe('receipt_rejected: purchase_unknown');
  });

  it('is looked into anew when the access token was revoked meanwhile', async () => {
    const ordered = await order(shop);
    const bought = await buyAtGoogle(shop, ordered.rechargeId);
    await steer(shop.google.url, 'access_tokens/revoke');
    expect(answerOf(await send(shop, ordered, bought))).toBe('paid');
  });
});

describe('what Google shows otherwise than it was ordered', () => {
  it.each([
    ['another product', { productId: 'coins.us.app.100' }, 'product_differs'],
    ['a purchase that nobody paid for', { free: true }, 'amount_differs'],
    ['a currency that we do not know', { total: { currencyCode: 'XTS', units: '5', nanos: 0 } }, 'currency_unknown'],
    ['a purchase of a license tester', { test: true }, 'test_purchase'],
  ])('credits nothing for %s, and is left unconsumed for Google to give back', async (_case, wanted, reason) => {
    const ordered = await order(shop);
    const bought = await buyAtGoogle(shop, ordered.rechargeId, wanted);
    expect(answerOf(await send(shop, ordered, bought))).toBe(`receipt_rejected: ${reason}`);
    const body = message(purchased(bought), `differs-${reason}`);
    expect(await deliver(shop, body)).toBe(200);
    expect(await eventOf(shop, `differs-${reason}`)).toMatchObject({ outcome: 'parked', reason });
    expect((await walletOf(shop, ordered)).paid).toBe(0);
    expect(await at(shop, bought).consumptions()).toBe(0);
  });

  it('parks a purchase that names no order, and one that names an unknown one', async () => {
    const nameless = await buyAtGoogle(shop, undefined);
    const unknown = await buyAtGoogle(shop, 'somebody-else');
    expect(await deliver(shop, message(purchased(nameless), 'nameless'))).toBe(200);
    expect(await deliver(shop, message(purchased(unknown), 'unknown'))).toBe(200);
    expect(await eventOf(shop, 'nameless')).toMatchObject({ outcome: 'parked', reason: 'payment_unknown' });
    expect(await eventOf(shop, 'unknown')).toMatchObject({ outcome: 'parked', reason: 'recharge_unknown' });
  });

  it('parks a notification about a purchase that Google does not know', async () => {
    expect(await deliver(shop, message(purchased({ purchaseToken: 'none', consumptions: 0 }), 'none'))).toBe(200);
    expect(await eventOf(shop, 'none')).toMatchObject({ outcome: 'parked', reason: 'payment_unknown' });
  });

  it('credits license testers where coins are no money', async () => {
    const dev = await shopOfTest({ creditsTests: true });
    const ordered = await order(dev);
    expect(answerOf(await send(dev, ordered, await buyAtGoogle(dev, ordered.rechargeId, { test: true })))).toBe('paid');
  });

  it('credits an order once, and parks a second purchase for it', async () => {
    const ordered = await order(shop);
    await send(shop, ordered, await buyAtGoogle(shop, ordered.rechargeId));
    const second = await buyAtGoogle(shop, ordered.rechargeId);
    expect(answerOf(await send(shop, ordered, second))).toBe('receipt_rejected: payment_differs');
    expect((await walletOf(shop, ordered)).paid).toBe(1000);
    expect(await at(shop, second).consumptions()).toBe(0);
  });
});

describe('a pending purchase', () => {
  it('leaves the order open, and is credited when its payment arrives', async () => {
    const ordered = await order(shop);
    const bought = await buyAtGoogle(shop, ordered.rechargeId, { pending: true });
    expect(answerOf(await send(shop, ordered, bought))).toBe('pending');
    await at(shop, bought).complete();
    expect(await deliver(shop, message(purchased(bought)))).toBe(200);
    expect((await walletOf(shop, ordered)).paid).toBe(1000);
  });

  it('that is canceled fails the attempt, and the order can be paid by another purchase', async () => {
    const ordered = await order(shop);
    const bought = await buyAtGoogle(shop, ordered.rechargeId, { pending: true });
    await send(shop, ordered, bought);
    await at(shop, bought).cancel();
    expect(await deliver(shop, message(canceled(bought)))).toBe(200);
    expect(await orderOf(shop, ordered)).toMatchObject({ state: 'failed', failure: 'canceled' });
    expect(answerOf(await send(shop, ordered, bought))).toBe('receipt_rejected: canceled');
    expect(answerOf(await send(shop, ordered, await buyAtGoogle(shop, ordered.rechargeId)))).toBe('paid');
  });
});

describe('the books', () => {
  it('balance after all of it, and hold two fans apart', async () => {
    const fan = await newFan(shop);
    const [first, second] = [await order(shop, fan), await order(shop, fan)];
    await Promise.all([first, second].map(async (one) => send(shop, one, await buyAtGoogle(shop, one.rechargeId))));
    expect((await walletOf(shop, { userId: fan })).paid).toBe(2000);
    expect(await troublesIn(shop)).toEqual([]);
  });
});
