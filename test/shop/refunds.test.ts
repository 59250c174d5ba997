import { beforeAll, describe, expect, it } from 'vitest';
import { creditGifts } from '../../shared/earnings/credit-gifts.ts';
import { packGifts } from '../../shared/earnings/messages.ts';
import { giftsOf } from '../../shared/earnings/relay-gifts.ts';
import { reverseGifts } from '../../shared/earnings/reverse-gifts.ts';
import { sendGift } from '../../shared/gifts/send-gift.ts';
import { newId } from '../../shared/identifiers.ts';
import { minor } from '../../shared/money/units.ts';
import { findRecharge } from '../../shared/recharges/find-recharge.ts';
import { receiveClaims } from '../../shared/recharges/take-back.ts';
import { useOfCoins } from '../../shared/recharges/use-of-coins.ts';
import { endPromotion } from '../../shared/shop/end-promotion.ts';
import { listEntitlements } from '../../shared/shop/entitlements.ts';
import { purchaseItem } from '../../shared/shop/purchase-item.ts';
import { startPromotion } from '../../shared/shop/start-promotion.ts';
import type { Recharge } from '../../shared/store/items/recharge.ts';
import type { RechargeEntry } from '../../shared/store/items/wallet-entry.ts';
import { paymentKey, purchaseKey, rechargeKey, walletEntryKey, walletKey } from '../../shared/store/keys.ts';
import { queryAll } from '../../shared/store/read.ts';
import { transact } from '../../shared/store/write.ts';
import { register, type World, walletOf } from '../support/people.ts';
import { seededRandom } from '../support/random.ts';
import { codeOf, days, differences, expectDone, later, newShop, now } from './shop-world.ts';

let world: World;
let fans = 0;
let minutes = 0;

beforeAll(async () => {
  world = await newShop();
});

/** Each thing that happens does so a minute later than the one before. */
function next(): Date {
  minutes += 1;
  return later(minutes);
}

async function fan(): Promise<string> {
  fans += 1;
  await register(world, `refunded-${fans}`, now);
  return `refunded-${fans}`;
}

/** A paid recharge, its line, its place among the wallet's purchases and its payment, as settling one leaves them. */
async function buyCoins(userId: string, coins: number): Promise<Recharge> {
  const at = next();
  const rechargeId = newId(at);
  const paidAt = at.toISOString();
  const order: Recharge = {
    ...{
      rechargeId,
      userId,
      packageId: 'test',
      channel: 'app',
      provider: 'stripe',
      region: 'US',
      coins,
      bonusCoins: 0,
    },
    ...{ priceMinor: coins, currency: 'USD', catalogVersion: '1', state: 'paid', paymentId: `pi_${rechargeId}` },
    ...{ createdAt: paidAt, expiresAt: paidAt, paidAt, inPaid: coins, version: 1 },
  };
  const entry: RechargeEntry = {
    ...{ entryId: rechargeId, userId, at: paidAt, flow: 'recharge', currency: 'USD', provider: 'stripe' },
    amounts: { paidCoins: coins, repaidCoins: 0, bonusCoins: 0, stripeMinor: coins },
  };
  const put = (Item: Record<string, unknown>) => ({ put: { Item }, failure: () => 'failed' });
  const written = await transact(world.ledger, [
    put({ ...rechargeKey(rechargeId), ...order }),
    put({ ...walletEntryKey({ userId, flow: 'recharge', entryId: rechargeId }), ...entry }),
    put({ ...purchaseKey({ userId, paidAt, rechargeId }), rechargeId, userId }),
    put({ ...paymentKey({ provider: 'stripe', paymentId: `pi_${rechargeId}` }), rechargeId }),
    {
      update: {
        Key: walletKey(userId),
        UpdateExpression: 'SET paid = paid + :coins, version = version + :one',
        ExpressionAttributeValues: { ':coins': coins, ':one': 1 },
      },
      failure: () => 'failed',
    },
  ]);
  expect(written.committed).toBe(true);
  return order;
}

/** A recharge whose coins all repay what the wallet owes. */
async function repay(userId: string, coins: number): Promise<void> {
  const order = await buyCoins(userId, coins);
  const { rechargeId } = order;
  const settled = [
    { Key: rechargeKey(rechargeId), UpdateExpression: 'SET inPaid = :zero', ExpressionAttributeValues: { ':zero': 0 } },
    {
      Key: walletEntryKey({ userId, flow: 'recharge', entryId: rechargeId }),
      UpdateExpression: 'SET amounts.paidCoins = :zero, amounts.repaidCoins = :coins',
      ExpressionAttributeValues: { ':zero': 0, ':coins': coins },
    },
    {
      Key: walletKey(userId),
      UpdateExpression: 'SET paid = paid - :coins, owed = owed - :coins REMOVE guards',
      ExpressionAttributeValues: { ':coins': coins },
    },
  ];
  const written = await transact(
    world.ledger,
    settled.map((update) => ({ update, failure: () => 'failed' })),
  );
  expect(written.committed).toBe(true);
}

async function claim(order: Recharge, state: 'succeeded' | 'failed' = 'succeeded', coins = order.coins): Promise<void> {
  const at = next();
  const about = { provider: 'stripe' as const, rechargeId: order.rechargeId, paymentId: order.paymentId ?? '' };
  const claims = [
    {
      claim: {
        ...{ kind: 'refund' as const, claimId: `re_${order.rechargeId}`, amountMinor: minor(coins), state },
        at: at.toISOString(),
      },
    },
  ];
  const notice = { provider: 'stripe' as const, eventId: newId(at), type: 'test', report: '{}', digest: '' };
  await receiveClaims(world.ledger, { about, claims, notice: { ...notice, subject: order.rechargeId, now: at } });
}

async function buySticker(userId: string) {
  const at = next();
  const command = { userId, purchaseId: newId(at), item: 'filter_aurora', unitPrice: 200, now: at };
  return expectDone(await purchaseItem(world, command)).entry;
}

async function tip(userId: string, coins: number): Promise<string> {
  const at = next();
  const context = { type: 'live', id: 'l' } as const;
  const gift = { giftId: newId(at), senderId: userId, creatorId: 'cy', gift: 'tip', quantity: 1, unitPrice: coins };
  expectDone(await sendGift(world, { ...gift, context }, at));
  for (const message of packGifts(giftsOf(await walletOf(world, userId))))
    await creditGifts({ ledger: world.ledger, maturityDays: 14 }, message, at);
  return gift.giftId;
}

async function promote(userId: string, budget: number): Promise<string> {
  const at = next();
  const promotionId = newId(at);
  const endsAt = later(days(5)).toISOString();
  expectDone(await startPromotion(world, { userId, promotionId, videoId: 'v', budget, endsAt, now: at }));
  return promotionId;
}

type Reversed = { flow: string; senderId?: string; giftId?: string; coins?: number };

/** Carries the reversals out, and tells by gift how many coins of the user's gifts are reversed. */
async function reversed(userId: string): Promise<Record<string, number>> {
  const run = { now: new Date(Date.now() + 60_000), remainingMilliseconds: () => 60_000 };
  const report = await reverseGifts({ ...world, maturityDays: 14 }, run);
  expect(report).toMatchObject({ failed: 0, waiting: 0 });
  const coins: Record<string, number> = {};
  for (let shard = 0; shard < 64; shard++) {
    const pk = `CREATOR#cy#${String(shard).padStart(2, '0')}`;
    const values = { ':pk': pk, ':prefix': 'ENTRY#' };
    const query = {
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: values,
    };
    for await (const item of queryAll(world.ledger, query)) {
      const { flow, senderId, giftId = '', coins: part = 0 } = item as Reversed;
      if (senderId !== userId) continue;
      if (flow === 'reversal') coins[giftId] = (coins[giftId] ?? 0) + part;
      if (flow === 'reversal_undone') coins[giftId] = (coins[giftId] ?? 0) - part;
    }
  }
  return coins;
}

describe('a refund of coins that bought something', () => {
  it('leaves the thing and a debt, and stops further purchases until it is repaid', async () => {
    const userId = await fan();
    const order = await buyCoins(userId, 300);
    await buySticker(userId);
    await claim(order);
    expect(await walletOf(world, userId)).toMatchObject({ paid: 0, owed: 200, guards: ['debt'] });
    const { entitlements } = expectDone(await listEntitlements(world.ledger, { userId, now: next() }));
    expect(entitlements).toMatchObject([{ item: 'filter_aurora' }]);
    const again = { userId, purchaseId: newId(now), item: 'sticker_sunny_day', unitPrice: 50, now: next() };
    expect(codeOf(await purchaseItem(world, again))).toBe('debt_outstanding');
    expect(await reversed(userId)).toEqual({});
  });

  it('reverses only the gifts among what these coins bought', async () => {
    const userId = await fan();
    const order = await buyCoins(userId, 500);
    const first = await tip(userId, 100);
    await buySticker(userId);
    const second = await tip(userId, 150);
    await claim(order);
    expect(await walletOf(world, userId)).toMatchObject({ paid: 0, owed: 450 });
    expect(await reversed(userId)).toEqual({ [first]: 100, [second]: 150 });
  });

  it('passes over what later coins bought, so that the right gift is reversed', async () => {
    const userId = await fan();
    const order = await buyCoins(userId, 300);
    const early = await tip(userId, 300);
    await buyCoins(userId, 300);
    await buySticker(userId);
    await tip(userId, 100);
    await claim(order);
    expect(await walletOf(world, userId)).toMatchObject({ paid: 0, owed: 300 });
    expect(await reversed(userId)).toEqual({ [early]: 300 });
  });

  it('gives the diamonds back when the payment comes again, and only those', async () => {
    const userId = await fan();
    const order = await buyCoins(userId, 500);
    const gift = await tip(userId, 100);
    await buySticker(userId);
    await claim(order);
    expect(await reversed(userId)).toEqual({ [gift]: 100 });
    await claim(order, 'failed');
    expect(await walletOf(world, userId)).toMatchObject({ paid: 200, owed: 0 });
    expect(await reversed(userId)).toEqual({ [gift]: 0 });
  });

  it('finds coins in the budget of a promotion spent; what comes back of it repays the debt', async () => {
    const userId = await fan();
    const order = await buyCoins(userId, 500);
    const gift = await tip(userId, 100);
    const promotionId = await promote(userId, 400);
    await claim(order);
    expect(await walletOf(world, userId)).toMatchObject({ paid: 0, owed: 500 });
    expectDone(await endPromotion(world.ledger, { userId, promotionId, state: 'canceled', now: next() }));
    expect(await walletOf(world, userId)).toMatchObject({ paid: 0, owed: 100 });
    expect(await reversed(userId)).toEqual({ [gift]: 100 });
  });

  it('finds them spent also when they come back after it by a sweep that had begun before', async () => {
    const userId = await fan();
    const order = await buyCoins(userId, 300);
    const gift = await tip(userId, 300);
    await buyCoins(userId, 1_000);
    const promotionId = await promote(userId, 1_000);
    const begun = next();
    await claim(order);
    expectDone(await endPromotion(world.ledger, { userId, promotionId, state: 'canceled', now: begun }));
    expect(await walletOf(world, userId)).toMatchObject({ paid: 700, owed: 0 });
    expect(await reversed(userId)).toEqual({ [gift]: 300 });
  });

  it('takes coins that came back from a promotion before as unspent', async () => {
    const userId = await fan();
    const order = await buyCoins(userId, 500);
    const gift = await tip(userId, 100);
    const promotionId = await promote(userId, 400);
    expectDone(await endPromotion(world.ledger, { userId, promotionId, state: 'canceled', now: next() }));
    await claim(order);
    expect(await walletOf(world, userId)).toMatchObject({ paid: 0, owed: 100 });
    expect(await reversed(userId)).toEqual({ [gift]: 100 });
  });

  it('reverses no gift for two refunds, whatever came back to the wallet in between', async () => {
    const userId = await fan();
    const first = await buyCoins(userId, 100);
    const second = await buyCoins(userId, 100);
    const promotionId = await promote(userId, 100);
    const gift = await tip(userId, 100);
    await claim(second);
    expect(await reversed(userId)).toEqual({ [gift]: 100 });
    await repay(userId, 100);
    expectDone(await endPromotion(world.ledger, { userId, promotionId, state: 'canceled', now: next() }));
    await claim(first);
    expect(await walletOf(world, userId)).toMatchObject({ paid: 100, owed: 100 });
    expect(await reversed(userId)).toEqual({ [gift]: 100 });
    await claim(second, 'failed');
    expect(await reversed(userId)).toEqual({ [gift]: 0 });
  });

  it('is told in the evidence, with what the coins bought', async () => {
    const userId = await fan();
    const order = await buyCoins(userId, 500);
    const giftId = await tip(userId, 100);
    const { entryId } = await buySticker(userId);
    const promotionId = await promote(userId, 150);
    const found = await findRecharge(world.ledger, order.rechargeId);
    if (!found) throw new Error('The recharge is gone.');
    expect(await useOfCoins(world.ledger, found, { mostLines: 10 })).toMatchObject({
      consumedCoins: 450,
      unusedCoins: 50,
      gifts: [{ giftId, coins: 100 }],
      purchases: [
        { purchaseId: promotionId, videoId: 'v', coins: 150 },
        { purchaseId: entryId, item: 'filter_aurora', coins: 200 },
      ],
    });
  });

  it.each([1, 2, 3])(
    'takes no gift for more than was paid, in any order of buying and refunding (seed %i)',
    async (seed) => {
      const userId = await fan();
      const random = seededRandom(seed);
      const [orders, promotions]: [Recharge[], string[]] = [[], []];
      const gifts = new Map<string, number>();
      for (let happened = 0; happened < 25; happened++) {
        const { paid, owed } = await walletOf(world, userId);
        const [kind, coins] = [Math.floor(random() * 6), 50 + Math.floor(random() * 150)];
        const order = orders[Math.floor(random() * orders.length)];
        const promotionId = promotions.at(-1);
        if (kind === 0 || (paid < 400 && owed === 0)) orders.push(await buyCoins(userId, 400));
        else if (kind === 1 && order) await claim(order, random() < 0.7 ? 'succeeded' : 'failed');
        else if (kind === 2 && promotionId !== undefined) {
          const end = { userId, promotionId: promotions.pop() ?? '', state: 'canceled' as const, now: next() };
          expectDone(await endPromotion(world.ledger, end));
        } else if (owed > 0) await repay(userId, owed);
        else if (kind === 3) await buySticker(userId);
        else if (kind === 4) promotions.push(await promote(userId, 100 + coins));
        else gifts.set(await tip(userId, coins), coins);
        if (happened % 5 === 0) await reversed(userId);
      }
      for (const [giftId, coins] of Object.entries(await reversed(userId))) {
        expect(coins, giftId).toBeGreaterThanOrEqual(0);
        expect(coins, giftId).toBeLessThanOrEqual(gifts.get(giftId) ?? 0);
      }
    },
  );

  it('leaves the books balanced', async () => {
    expect(await differences(world)).toEqual([]);
  });
});
