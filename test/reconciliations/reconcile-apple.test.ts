import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appleList } from '../../shared/reconciliations/apple-list.ts';
import type { ProviderList } from '../../shared/reconciliations/provider-list.ts';
import { steer } from '../providers/webhook-receiver.ts';
import {
  type AppleOrder,
  type AppleShop,
  appleEventOf,
  appleOrder,
  atStore,
  buyOnDevice,
  handIn,
  openAppleShop,
} from '../recharges/apple-shop.ts';
import { troublesIn } from '../recharges/claim-events.ts';
import { newFan, orderOf, walletOf } from '../recharges/shop.ts';
import { booksOf, compare, comparedWith, distinct, meddleWith } from './reconciling.ts';

let shop: AppleShop;
let list: ProviderList;

beforeEach(async () => {
  shop = await openAppleShop();
  list = appleList(shop.apple);
  // Apple notifies, and nothing of it arrives.
  await steer(shop.appleUrl, 'webhooks', { hold: true });
});
afterEach(() => shop.close());

/** Bought on the device and notified; the notification never arrives. */
async function bought(change: object = {}, order?: AppleOrder) {
  const ordered = order ?? (await appleOrder(shop));
  const receipt = await buyOnDevice(shop, ordered, { webhook: true, ...change });
  return { ...ordered, ...receipt };
}

/** As `bought`, and the app has handed in what Apple signed. */
async function credited() {
  const sale = await bought();
  expect(await handIn(shop, sale.rechargeId, sale.signedTransaction)).toBe('paid');
  return sale;
}

async function coinsOf(userId: string) {
  const { paid, owed } = await walletOf(shop, userId);
  return { paid, owed };
}

describe('what the App Store notified and the ledger has not', () => {
  it('is credited when only its notification never came, and once', async () => {
    const { userId, rechargeId, transactionId } = await bought();
    expect(await compare(shop, list)).toMatchObject({ state: 'complete', mended: 1, differences: 0 });
    expect((await coinsOf(userId)).paid).toBe(1000);
    expect(await orderOf(shop, rechargeId)).toMatchObject({ state: 'paid', listedAs: transactionId });
    const books = await booksOf(shop);
    expect(await compare(shop, list)).toMatchObject({ mended: 0, differences: 0 });
    expect(await comparedWith(shop, list)).toMatchObject({ totals: { 'payment agreed': 1 }, lines: 1 });
    expect(await booksOf(shop)).toEqual(books);
    // Held back for so long, it finds all done.
    await steer(shop.appleUrl, 'webhooks/release');
    await expect.poll(async () => (await coinsOf(userId)).paid).toBe(1000);
    expect(await troublesIn(shop)).toEqual([]);
  });

  it('is for an operator when it names no order, or another product', async () => {
    const anonymous = await bought({ appAccountToken: undefined });
    const wrong = await bought({ productId: 'coins.us.app.17500' });
    await compare(shop, list);
    const { differences } = await comparedWith(shop, list);
    const told = differences.map(({ kind, reason, lineId, rechargeId }) => ({ kind, reason, lineId, rechargeId }));
    const kind = 'paid_not_credited';
    expect(told.toSorted((a, b) => (`${a.reason}` < `${b.reason}` ? -1 : 1))).toEqual([
      { kind, reason: 'payment_unknown', lineId: anonymous.transactionId, rechargeId: undefined },
      { kind, reason: 'product_differs', lineId: wrong.transactionId, rechargeId: wrong.rechargeId },
    ]);
    for (const { eventId = '' } of differences)
      expect(await appleEventOf(shop, eventId)).toMatchObject({ outcome: 'parked' });
    expect((await coinsOf(wrong.userId)).paid).toBe(0);
  });

  it('is not believed when Apple did not sign it for this app', async () => {
    const { transactions, verifier } = shop.apple;
    await bought();
    const forged: ProviderList = appleList({
      verifier,
      transactions: {
        ...transactions,
        history: async (part) => {
          const { signedPayloads } = await transactions.history(part);
          return { signedPayloads: signedPayloads.map((payload) => `${payload.slice(0, -8)}AAAAAAAA`) };
        },
      },
    });
    await compare(shop, forged);
    expect((await comparedWith(shop, list)).differences).toMatchObject([
      { kind: 'unreadable', movement: 'unknown', reason: 'bad_signature' },
    ]);
  });
});

describe('what the ledger has and the App Store has not', () => {
  it('is told', async () => {
    const { rechargeId, transactionId } = await credited();
    await steer(shop.appleUrl, `transactions/${transactionId}/forget`);
    await compare(shop, list);
    expect(distinct((await comparedWith(shop, list)).differences)).toMatchObject([
      { kind: 'credited_not_paid', reason: 'not_found', rechargeId, paymentId: transactionId },
    ]);
  });

  it('is no difference when the store, asked for it, knows the purchase', async () => {
    const order = await appleOrder(shop);
    const { signedTransaction } = await buyOnDevice(shop, order);
    expect(await handIn(shop, order.rechargeId, signedTransaction)).toBe('paid');
    expect(await compare(shop, list)).toMatchObject({ differences: 0 });
    expect((await comparedWith(shop, list)).totals).toEqual({ 'payment unlisted': 1 });
  });
});

describe('amounts in the App Store', () => {
  it('that differ are told with both sides', async () => {
    const { rechargeId } = await credited();
    await meddleWith(shop.ledger, rechargeId, { paid: { minor: 129, currency: 'USD' } });
    await compare(shop, list);
    expect((await comparedWith(shop, list)).differences).toMatchObject([
      { kind: 'amount_differs', rechargeId, listed: { amount: 1299 }, ledger: { amount: 129 } },
    ]);
  });
});

describe('money that the App Store gave back while its notifications were lost', () => {
  it('takes the coins, and gives them back when the refund was reversed', async () => {
    const { userId, transactionId } = await credited();
    await atStore(shop, transactionId, 'refund');
    expect(await compare(shop, list)).toMatchObject({ mended: 1, differences: 0 });
    expect((await coinsOf(userId)).paid).toBe(0);
    await atStore(shop, transactionId, 'reverse');
    expect(await compare(shop, list)).toMatchObject({ mended: 1, differences: 0 });
    expect((await coinsOf(userId)).paid).toBe(1000);
    const books = await booksOf(shop);
    expect(await compare(shop, list)).toMatchObject({ mended: 0, differences: 0 });
    expect(await booksOf(shop)).toEqual(books);
    expect(await troublesIn(shop)).toEqual([]);
  });
});

describe('a run', () => {
  it('that ends in the middle of many pages is gone on with', { timeout: 60_000 }, async () => {
    const fans = await Promise.all(Array.from({ length: 10 }, () => newFan(shop)));
    for (let round = 0; round < 5; round++)
      await Promise.all(fans.map(async (userId) => bought({}, await appleOrder(shop, { userId }))));
    let calls = 0;
    const run = { remainingMilliseconds: () => (calls++ < 2 ? 600_000 : 0) };
    expect(await compare(shop, list, run)).toMatchObject({ state: 'reading' });
    expect((await compare(shop, list, { goOn: true })).state).toBe('complete');
    expect(await comparedWith(shop, list)).toMatchObject({ totals: { 'payment mended': 50 }, lines: 50, count: 0 });
    for (const fan of fans) expect((await coinsOf(fan)).paid).toBe(5000);
  });

  it('that Apple does not answer is repeated by the next one', async () => {
    await bought();
    await steer(shop.appleUrl, 'faults', { next: 'error_500', path: '/inApps/v1/notifications' });
    await expect(compare(shop, list)).rejects.toThrow('500');
    expect(await compare(shop, list)).toMatchObject({ state: 'complete', mended: 1 });
  });
});
