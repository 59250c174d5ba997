import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AppleOrder,
  type AppleReceipt,
  type AppleShop,
  appleEventOf,
  appleOrder,
  atStore,
  buyOnDevice,
  delivered,
  handIn,
  notification,
  notifyUntilTaken,
  openAppleShop,
} from './apple-shop.ts';
import { openStage, permutations, spend, troublesIn } from './claim-events.ts';
import { orderOf, walletOf } from './shop.ts';

let shop: AppleShop;

beforeAll(async () => {
  shop = await openAppleShop();
  await openStage(shop);
});
afterAll(async () => {
  expect(await troublesIn(shop)).toEqual([]);
  await shop.close();
});

type Bought = AppleOrder & { receipt: AppleReceipt; transactionId: string };

async function bought(change: object = {}): Promise<Bought> {
  const order = await appleOrder(shop);
  const receipt = await buyOnDevice(shop, order, change);
  expect(await handIn(shop, order.rechargeId, receipt.signedTransaction)).toBe('paid');
  return { ...order, receipt, transactionId: receipt.transactionId };
}

async function balanceOf(userId: string) {
  const { paid, owed, frozen = 0 } = await walletOf(shop, userId);
  return { paid, owed, frozen };
}

describe('a refund by the App Store', () => {
  it('takes no coins when it is of another transaction than the one that paid the order, though it was heard of before', async () => {
    const order = await appleOrder(shop);
    const first = await buyOnDevice(shop, order);
    const second = await buyOnDevice(shop, order);
    await atStore(shop, first.transactionId, 'refund');
    await delivered(shop, 'REFUND');
    expect(await handIn(shop, order.rechargeId, second.signedTransaction)).toBe('paid');
    expect(await balanceOf(order.userId)).toEqual({ paid: 1000, owed: 0, frozen: 0 });
  });

  it('takes all coins back when none was spent', async () => {
    const { userId, rechargeId, transactionId } = await bought();
    await atStore(shop, transactionId, 'refund');
    await delivered(shop, 'REFUND');
    expect(await balanceOf(userId)).toEqual({ paid: 0, owed: 0, frozen: 0 });
    expect(await orderOf(shop, rechargeId)).toMatchObject({
      claims: { [transactionId]: { kind: 'refund', state: 'succeeded', amountMinor: 1299 } },
      back: { takenCoins: 1000, minor: 1299 },
    });
  });

  it('leaves what was spent as a debt, which the next purchase repays first', async () => {
    const { userId, transactionId } = await bought();
    expect(await spend(shop, userId, 500)).toBe('sent');
    await atStore(shop, transactionId, 'refund');
    await delivered(shop, 'REFUND');
    expect(await balanceOf(userId)).toEqual({ paid: 0, owed: 500, frozen: 0 });
    expect(await spend(shop, userId, 1)).toBe('debt_outstanding');
    const next = await appleOrder(shop, { userId });
    const { signedTransaction } = await buyOnDevice(shop, next);
    expect(await handIn(shop, next.rechargeId, signedTransaction)).toBe('paid');
    expect(await balanceOf(userId)).toEqual({ paid: 500, owed: 0, frozen: 0 });
  });

  it('of a part takes that part of the coins, in the currency that was paid', async () => {
    const { userId, rechargeId, transactionId } = await bought({ price: 1_600_000, currency: 'JPY' });
    await atStore(shop, transactionId, 'refund', { percentage: 33_333 });
    await delivered(shop, 'REFUND');
    // 33.333 % of 1,600 yen are 533 whole yen, and 533 of 1,600 are 333 whole coins of 1,000.
    expect((await orderOf(shop, rechargeId)).back).toMatchObject({ takenCoins: 333, minor: 533 });
    expect(await balanceOf(userId)).toEqual({ paid: 667, owed: 0, frozen: 0 });
  });

  it('that is reversed gives the coins back, and the debt away; another refund takes them again', async () => {
    const { userId, transactionId } = await bought();
    expect(await spend(shop, userId, 300)).toBe('sent');
    await atStore(shop, transactionId, 'refund');
    await delivered(shop, 'REFUND');
    expect(await balanceOf(userId)).toEqual({ paid: 0, owed: 300, frozen: 0 });
    await atStore(shop, transactionId, 'reverse');
    await delivered(shop, 'REFUND_REVERSED');
    expect(await balanceOf(userId)).toEqual({ paid: 700, owed: 0, frozen: 0 });
    await atStore(shop, transactionId, 'refund');
    await delivered(shop, 'REFUND');
    expect(await balanceOf(userId)).toEqual({ paid: 0, owed: 300, frozen: 0 });
  });

  it('before its payment leaves nothing of the coins when that comes', async () => {
    const order = await appleOrder(shop);
    const receipt = await buyOnDevice(shop, order);
    await atStore(shop, receipt.transactionId, 'refund');
    await delivered(shop, 'REFUND');
    expect((await orderOf(shop, order.rechargeId)).state).toBe('pending');
    expect(await handIn(shop, order.rechargeId, receipt.signedTransaction)).toBe('paid');
    expect(await balanceOf(order.userId)).toEqual({ paid: 0, owed: 0, frozen: 0 });
  });

  it('that nobody heard of shows in the receipt that the app hands in later', async () => {
    const order = await appleOrder(shop);
    const { transactionId } = await buyOnDevice(shop, order);
    const refunded = (await atStore(shop, transactionId, 'refund', { webhook: false })) as AppleReceipt;
    expect(await handIn(shop, order.rechargeId, refunded.signedTransaction)).toBe('paid');
    expect(await balanceOf(order.userId)).toEqual({ paid: 0, owed: 0, frozen: 0 });
  });

  it('of an unknown purchase is parked', async () => {
    const receipt = await buyOnDevice(shop, { productId: 'coins.us.app.1000', rechargeId: crypto.randomUUID() });
    const { appAccountToken: _, ...nameless } = receipt;
    const refund = { ...nameless, revocationDate: Date.now() };
    const [unknown, nobody] = [crypto.randomUUID(), crypto.randomUUID()];
    const known = { ...refund, appAccountToken: receipt.appAccountToken };
    await notifyUntilTaken(shop, notification(shop, { type: 'REFUND', transaction: known, uuid: unknown }));
    await notifyUntilTaken(shop, notification(shop, { type: 'REFUND', transaction: refund, uuid: nobody }));
    expect(await appleEventOf(shop, unknown)).toMatchObject({ outcome: 'parked', reason: 'recharge_unknown' });
    expect(await appleEventOf(shop, nobody)).toMatchObject({ outcome: 'parked', reason: 'payment_unknown' });
  });
});

describe('news of a purchase, its refund and the reversal', () => {
  const orders = permutations(['paid', 'refunded', 'reversed']).map((order) => [order.join(', '), order] as const);
  const early = permutations(['paid', 'refunded']).map((order) => [order.join(', '), order] as const);

  /** What Apple signs at the three moments, each delivered five times at once. */
  async function tell(order: AppleOrder, sequence: readonly string[]): Promise<void> {
    const receipt = await buyOnDevice(shop, order);
    const second = 1000;
    const at = (seconds: number) => new Date(receipt.purchaseDate + seconds * second);
    const revoked = { ...receipt, revocationDate: at(10).getTime(), revocationType: 'REFUND_FULL' };
    const bodies: Record<string, string> = {
      paid: notification(shop, { type: 'ONE_TIME_CHARGE', transaction: receipt, at: at(0) }),
      // Signed anew when it is repeated, after the reversal.
      refunded: notification(shop, { type: 'REFUND', transaction: revoked, at: at(30) }),
      reversed: notification(shop, { type: 'REFUND_REVERSED', transaction: receipt, at: at(20) }),
    };
    for (const news of sequence)
      await Promise.all(Array.from({ length: 5 }, () => notifyUntilTaken(shop, bodies[news] ?? '')));
  }

  it.each(orders)('in the order %s ends with all coins', async (_name, sequence) => {
    const order = await appleOrder(shop);
    await tell(order, sequence);
    expect(await balanceOf(order.userId)).toEqual({ paid: 1000, owed: 0, frozen: 0 });
  });

  it.each(early)('in the order %s ends with none', async (_name, sequence) => {
    const order = await appleOrder(shop);
    await tell(order, sequence);
    expect(await balanceOf(order.userId)).toEqual({ paid: 0, owed: 0, frozen: 0 });
  });
});
