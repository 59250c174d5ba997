import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GooglePlayRefused, type GooglePurchase } from '../../shared/providers/google-play.ts';
import { hashOfToken } from '../../shared/providers/google-play-answers.ts';
import { nextLook } from '../../shared/recharges/google-work.ts';
import { parseGooglePurchaseWork } from '../../shared/store/items/google-purchase.ts';
import { googlePurchaseKey } from '../../shared/store/keys.ts';
import { readItem } from '../../shared/store/read.ts';
import { steer } from '../providers/webhook-receiver.ts';
import { troublesIn } from './claim-events.ts';
import {
  answerOf,
  at,
  type Bought,
  buyAtGoogle,
  deliver,
  type GoogleShop,
  message,
  openGoogleShop,
  order,
  orderOf,
  purchased,
  send,
  sweep,
  walletOf,
} from './google-shop.ts';
import { meddledTable } from './meddled-table.ts';
import { minutesAfter } from './shop.ts';

let shop: GoogleShop;

beforeAll(async () => {
  shop = await openGoogleShop();
});
afterAll(async () => {
  expect(await troublesIn(shop)).toEqual([]);
  await shop.close();
});

const soon = () => minutesAfter(new Date(), 2);

async function workOn({ purchaseToken }: Bought) {
  const item = await readItem(shop.ledger, googlePurchaseKey(hashOfToken(purchaseToken)));
  return item && parseGooglePurchaseWork(item);
}

describe('what broke off', () => {
  it('between the credit and the consumption is consumed by the sweep, once', async () => {
    const ordered = await order(shop);
    const bought = await buyAtGoogle(shop, ordered.rechargeId);
    await steer(shop.google.url, 'faults', { next: 'error_500', method: 'POST', path: '/androidpublisher' });
    expect(answerOf(await send(shop, ordered, bought))).toBe('paid');
    expect(await at(shop, bought).consumptions()).toBe(0);
    expect((await workOn(bought))?.state).toBe('open');
    expect(await sweep(shop, soon())).toMatchObject({ finished: 1, failed: 0, complete: true });
    expect(await at(shop, bought).consumptions()).toBe(1);
    expect(await workOn(bought)).toEqual(expect.not.objectContaining({ dueAt: expect.anything() }));
    expect((await workOn(bought))?.state).toBe('consumed');
    expect(await sweep(shop, soon())).toMatchObject({ finished: 0, changed: 0 });
    expect((await walletOf(shop, ordered)).paid).toBe(1000);
  });

  it('after Google consumed, without its answer, is found consumed', async () => {
    const ordered = await order(shop);
    const bought = await buyAtGoogle(shop, ordered.rechargeId);
    await steer(shop.google.url, 'faults', { next: 'error_after_effect', method: 'POST', path: '/androidpublisher' });
    expect(answerOf(await send(shop, ordered, bought))).toBe('paid');
    expect((await workOn(bought))?.state).toBe('open');
    expect(await sweep(shop, soon())).toMatchObject({ finished: 1 });
    expect(await at(shop, bought).consumptions()).toBe(1);
  });

  it('after the purchase was taken up is credited and consumed by the sweep', async () => {
    const ordered = await order(shop);
    const bought = await buyAtGoogle(shop, ordered.rechargeId);
    const flaky = meddledTable(shop.ledger);
    flaky.failNext('TransactWriteItemsCommand', 'before', { passing: 1 });
    await expect(send({ ...shop, ledger: flaky.table }, ordered, bought)).rejects.toThrow('broke off');
    expect((await walletOf(shop, ordered)).paid).toBe(0);
    expect(await sweep(shop, soon())).toMatchObject({ finished: 1 });
    expect((await walletOf(shop, ordered)).paid).toBe(1000);
    expect(await at(shop, bought).consumptions()).toBe(1);
  });

  it('after the credit was committed, without its answer, is answered and consumed when the app sends again', async () => {
    const ordered = await order(shop);
    const bought = await buyAtGoogle(shop, ordered.rechargeId);
    const flaky = meddledTable(shop.ledger);
    flaky.failNext('TransactWriteItemsCommand', 'after', { passing: 1 });
    await expect(send({ ...shop, ledger: flaky.table }, ordered, bought)).rejects.toThrow('lost');
    expect(answerOf(await send(shop, ordered, bought))).toBe('paid');
    expect((await walletOf(shop, ordered)).paid).toBe(1000);
    expect(await at(shop, bought).consumptions()).toBe(1);
  });
});

describe('the sweep of purchases', () => {
  it('credits a pending purchase whose notification never came', async () => {
    const ordered = await order(shop);
    const bought = await buyAtGoogle(shop, ordered.rechargeId, { pending: true });
    await send(shop, ordered, bought);
    expect(await sweep(shop, soon())).toMatchObject({ open: 1 });
    await at(shop, bought).complete();
    expect(await sweep(shop, minutesAfter(new Date(), 5))).toMatchObject({ finished: 1 });
    expect((await walletOf(shop, ordered)).paid).toBe(1000);
  });

  it('lets go of a purchase that was canceled, and of one that Google forgot', async () => {
    const [first, second] = [await order(shop), await order(shop)];
    const canceled = await buyAtGoogle(shop, first.rechargeId, { pending: true });
    const forgotten = await buyAtGoogle(shop, second.rechargeId, { pending: true });
    await send(shop, first, canceled);
    await send(shop, second, forgotten);
    await at(shop, canceled).cancel();
    await at(shop, forgotten).forget();
    // So soon Google forgets none: who asks may have the keys of another app.
    expect(await sweep(shop, soon())).toMatchObject({ finished: 1, open: 1, forgotten: 0 });
    expect(await orderOf(shop, first)).toMatchObject({ state: 'failed', failure: 'canceled' });
    expect((await workOn(forgotten))?.state).toBe('open');
    expect(await sweep(shop, minutesAfter(new Date(), 62 * 24 * 60))).toMatchObject({ forgotten: 1 });
    expect((await workOn(forgotten))?.state).toBe('closed');
  });

  it('keeps one that fails for the next run, and holds up no other', async () => {
    const [first, second] = [await order(shop), await order(shop)];
    const both = [first, second].map((one) => buyAtGoogle(shop, one.rechargeId, { pending: true }));
    const [one, other] = await Promise.all(both);
    if (!one || !other) throw new Error('two purchases were made');
    await send(shop, first, one);
    await send(shop, second, other);
    await Promise.all([at(shop, one).complete(), at(shop, other).complete()]);
    await steer(shop.google.url, 'faults', { next: 'error_500', path: '/androidpublisher' });
    expect(await sweep(shop, soon())).toMatchObject({ finished: 1, failed: 1 });
    expect(await sweep(shop, soon())).toMatchObject({ finished: 1, failed: 0 });
  });

  it('takes up what a notification told, as well', async () => {
    const ordered = await order(shop);
    const bought = await buyAtGoogle(shop, ordered.rechargeId);
    await steer(shop.google.url, 'faults', { next: 'error_500', method: 'POST', path: '/androidpublisher' });
    expect(await deliver(shop, message(purchased(bought)))).toBe(200);
    expect(await sweep(shop, soon())).toMatchObject({ finished: 1 });
    expect(await at(shop, bought).consumptions()).toBe(1);
  });
});

describe('consuming twice', () => {
  it('is refused by Google and does no harm', async () => {
    const ordered = await order(shop);
    const bought = await buyAtGoogle(shop, ordered.rechargeId);
    const stale = await shop.play.lookUp(bought.purchaseToken);
    await send(shop, ordered, bought);
    if (!stale) throw new Error('the purchase is known');
    await expect(shop.play.consume(stale)).rejects.toBeInstanceOf(GooglePlayRefused);
    const behind = { ...shop, play: { ...shop.play, lookUp: async () => stale } };
    expect(answerOf(await send(behind, ordered, bought))).toBe('paid');
    expect(await at(shop, bought).consumptions()).toBe(1);
  });

  it('by two at once ends the work on the purchase for both', async () => {
    const ordered = await order(shop);
    const bought = await buyAtGoogle(shop, ordered.rechargeId);
    const consume = async (purchase: GooglePurchase) => {
      await shop.play.consume(purchase);
      return shop.play.consume(purchase);
    };
    const rivalled = { ...shop, play: { ...shop.play, consume } };
    expect(answerOf(await send(rivalled, ordered, bought))).toBe('paid');
    expect((await workOn(bought))?.state).toBe('consumed');
  });
});

describe('how often Google is asked', () => {
  it.each([
    ['at once', 0, 1],
    ['an hour later', 60, 10],
    ['two days later', 2 * 24 * 60, 60],
    ['two weeks later', 14 * 24 * 60, 24 * 60],
  ])('%s leaves less than the three days after which it gives money back', (_case, ageMinutes, pauseMinutes) => {
    const firstSeenAt = '2026-11-01T00:00:00.000Z';
    const now = minutesAfter(firstSeenAt, ageMinutes);
    expect(nextLook({ firstSeenAt }, now)).toBe(minutesAfter(now, pauseMinutes).toISOString());
  });
});
