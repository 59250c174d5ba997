import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../shared/identifiers.ts';
import { auditLedger } from '../../shared/ledger/audit/audit-ledger.ts';
import { grantCoins } from '../../shared/operations/grant-coins.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { parseWalletEntry, type WalletEntry } from '../../shared/store/items/wallet-entry.ts';
import { entryKeyPrefix, walletKey } from '../../shared/store/keys.ts';
import { queryAll } from '../../shared/store/read.ts';
import { getWallet } from '../../shared/users/get-wallet.ts';
import { listWalletEntries } from '../../shared/users/list-wallet-entries.ts';
import { countRequests } from '../support/count-requests.ts';
import { fanWith, giftEntryOf, register, type World, walletOf } from '../support/people.ts';
import {
  buyCoins,
  codeOf,
  creditAndPrune,
  expire,
  newRuledWorld,
  orderOf,
  refundCoins,
  tip,
} from '../support/wallet-rules.ts';

const now = new Date('2026-11-21T12:00:00.000Z');
let world: World;
let fans = 0;

beforeAll(async () => {
  world = await newRuledWorld(now, {}, 2_500);
});
afterAll(async () => {
  for (let fan = 1; fan <= fans; fan++) await creditAndPrune(world, `fan-${fan}`, daysLater(100));
  expect((await auditLedger(world.ledger)).differences).toEqual([]);
});

async function fan(coins = 0): Promise<string> {
  fans += 1;
  const userId = `fan-${fans}`;
  await (coins > 0 ? fanWith(world, { userId, coins, now }) : register(world, userId, now));
  return userId;
}

function daysLater(days: number): Date {
  return new Date(now.getTime() + days * 86_400_000);
}

type Granted = { coins: number; days?: number; worth?: number };

async function grant(userId: string, { coins, days, worth }: Granted) {
  const granted = await grantCoins(world, {
    ...{ userId, coins, grantId: newId(now), reason: 'test', caller: 'op', now },
    ...(days !== undefined && { expiresAfterDays: days }),
    ...(worth !== undefined && { worthBasisPoints: worth }),
  });
  if (isRefusal(granted)) throw new Error(granted.detail);
}

async function diamondsOfTip(userId: string, coins: number, at = now): Promise<number> {
  const sent = await tip(world, { userId, coins, now: at });
  if (isRefusal(sent)) throw new Error(sent.detail);
  return sent.gift.milliDiamonds;
}

async function entriesOf(userId: string, flow: WalletEntry['flow']): Promise<WalletEntry[]> {
  const entries: WalletEntry[] = [];
  const values = { ':wallet': walletKey(userId).pk, ':entry': entryKeyPrefix };
  const query = {
    KeyConditionExpression: 'pk = :wallet AND begins_with(sk, :entry)',
    ExpressionAttributeValues: values,
  };
  for await (const item of queryAll(world.ledger, query)) entries.push(parseWalletEntry(item));
  return entries.filter((entry) => entry.flow === flow);
}

describe('promotional coins in a gift', () => {
  it('make as many diamonds as they are worth, beside paid coins that make all', async () => {
    const userId = await fan(100);
    await grant(userId, { coins: 10, days: 1, worth: 0 });
    await grant(userId, { coins: 10, days: 2, worth: 2_500 });
    await grant(userId, { coins: 10, days: 3, worth: 10_000 });
    expect(await diamondsOfTip(userId, 5)).toBe(0);
    // 5 of nothing, 10 of a quarter, 10 whole and 5 paid ones, at 500 milli-diamonds a coin.
    expect(await diamondsOfTip(userId, 30)).toBe(0 + 1_250 + 5_000 + 2_500);
    expect(await diamondsOfTip(userId, 10)).toBe(5_000);
  });

  it('are told apart in the entry, so that what goes back with a payment is what its coins made', async () => {
    const userId = await fan(50);
    await grant(userId, { coins: 50, worth: 0 });
    const giftId = newId(now);
    await tip(world, { userId, coins: 100, now, giftId });
    await creditAndPrune(world, userId, now);
    expect(await giftEntryOf(world, { userId, giftId })).toMatchObject({
      amounts: { paidCoins: 50, promoCoins: 50 },
      milliDiamonds: 25_000,
      promoMilliDiamonds: 0,
    });
  });

  it('are worth what was agreed with the purchase that brought them', async () => {
    const userId = await fan();
    await buyCoins(world, { userId, now });
    expect(await diamondsOfTip(userId, 100)).toBe(12_500);
  });

  it('are refused under a key that granted them with another worth or for other days', async () => {
    const userId = await fan();
    const command = { userId, coins: 5, grantId: newId(now), reason: 'test', caller: 'op', now };
    await grantCoins(world, { ...command, worthBasisPoints: 0, expiresAfterDays: 3 });
    expect(await grantCoins(world, { ...command, worthBasisPoints: 0, expiresAfterDays: 3 })).toMatchObject({
      replayed: true,
    });
    for (const change of [{ worthBasisPoints: 1 }, { expiresAfterDays: 3 }, {}])
      expect(codeOf(await grantCoins(world, { ...command, ...change }))).toBe('idempotency_key_reused');
  });
});

describe('promotional coins that were not spent in time', () => {
  it('leave the books by an entry, lot by lot when each is due, and the wallet is ordinary again', async () => {
    const userId = await fan(10);
    await grant(userId, { coins: 7, days: 1 });
    await grant(userId, { coins: 5, days: 3 });
    await tip(world, { userId, coins: 2, now });
    expect(await getWallet(world, { userId, now })).toMatchObject({
      promoLots: [
        { coins: 5, expiresAt: daysLater(1).toISOString() },
        { coins: 5, expiresAt: daysLater(3).toISOString() },
      ],
    });
    await expire(world, new Date(daysLater(1).getTime() - 1));
    expect((await walletOf(world, userId)).promo).toHaveLength(2);
    await expire(world, daysLater(1));
    expect(await walletOf(world, userId)).toMatchObject({ promo: [{ coins: 5 }], dueAt: daysLater(3).toISOString() });
    await expire(world, daysLater(4));
    const wallet = await walletOf(world, userId);
    expect([wallet.promo, wallet.guards, wallet.dueAt, wallet.paid]).toEqual([undefined, undefined, undefined, 10]);
    const amounts = (await entriesOf(userId, 'expiry')).map((entry) => entry.amounts);
    expect(amounts).toEqual([{ promoCoins: 5 }, { promoCoins: 5 }]);
    const { balances, differences } = await auditLedger(world.ledger);
    expect(differences).toEqual([]);
    expect(balances.find(({ account }) => account === 'platform.coins_expired')?.amount).toBeGreaterThanOrEqual(10);
    const statement = await listWalletEntries(world, { userId, page: { limit: 10, before: undefined } });
    expect(isRefusal(statement) ? [] : statement.entries.map(({ type, coins }) => [type, coins])).toContainEqual([
      'expiry',
      -5,
    ]);
  });

  it('leave once, however many sweeps and gifts come at the same moment', async () => {
    const userId = await fan(1_000);
    await grant(userId, { coins: 100, days: 1 });
    const due = daysLater(1);
    const before = new Date(due.getTime() - 1);
    const gifts = Array.from({ length: 5 }, () => tip(world, { userId, coins: 7, now: before }));
    await Promise.allSettled([...gifts, ...Array.from({ length: 5 }, () => expire(world, due))]);
    await expire(world, due);
    const { paid, promo } = await walletOf(world, userId);
    expect(promo).toBeUndefined();
    const expired = (await entriesOf(userId, 'expiry')).map((entry) => entry.amounts);
    const { outbox } = await walletOf(world, userId);
    const spent = Object.keys(outbox).length * 7;
    expect(expired).toEqual([{ promoCoins: 1_000 - paid + 100 - spent }]);
  });

  it('are found by the audit when somebody removes them by hand', async () => {
    const userId = await fan();
    await grant(userId, { coins: 9, days: 1 });
    const lots = (await walletOf(world, userId)).promo;
    const put = (promo: unknown) =>
      world.ledger.client.send(
        new UpdateCommand({
          TableName: world.ledger.name,
          Key: walletKey(userId),
          UpdateExpression: 'SET promo = :promo',
          ExpressionAttributeValues: { ':promo': promo },
        }),
      );
    await put([]);
    const { differences } = await auditLedger(world.ledger);
    expect(differences.map(({ subject, measure, delta }) => [subject.id, measure, delta])).toEqual([
      [userId, 'wallet.promo', -9],
    ]);
    await put(lots);
  });

  it('cost wallets without any nothing, and gifts of wallets with some no write to the index', async () => {
    const userId = await fan(100);
    const ordinary = countRequests(world);
    await tip(ordinary.world, { userId, coins: 1, now });
    expect(ordinary.requests()).toMatchObject({ requests: 1, writeUnits: 1 });
    await grant(userId, { coins: 10, days: 1 });
    const counted = countRequests(world);
    await tip(counted.world, { userId, coins: 1, now });
    // The first condition does not hold, and the second request is decided from what it found: a unit each.
    expect(counted.requests()).toMatchObject({ requests: 2, writeUnits: 1, readUnits: 0 });
    const due = (await walletOf(world, userId)).dueAt;
    await tip(world, { userId, coins: 8, now });
    expect([due, (await walletOf(world, userId)).dueAt]).toEqual([
      daysLater(-2).toISOString(),
      daysLater(-2).toISOString(),
    ]);
    // Its last promotional coin takes the wallet off the index, and the next gift is an ordinary one.
    await tip(world, { userId, coins: 1, now });
    expect((await walletOf(world, userId)).dueAt).toBeUndefined();
  });

  it('are not owed when the payment of a bonus goes back after they expired', async () => {
    const userId = await fan();
    const rechargeId = await buyCoins(world, { userId, now });
    await tip(world, { userId, coins: 40, now });
    await expire(world, daysLater(31));
    expect((await orderOf(world, rechargeId)).bonusExpiredCoins).toBe(60);
    await refundCoins(world, { rechargeId, now: daysLater(32) });
    expect(await walletOf(world, userId)).toMatchObject({ paid: 0, owed: 40 });
    // The refund fails: what is owed is forgiven, what was bought is back, and what expired stays gone.
    await refundCoins(world, { rechargeId, state: 'failed', now: daysLater(33) });
    const wallet = await walletOf(world, userId);
    expect([wallet.paid, wallet.owed, wallet.promo]).toEqual([1_000, 0, undefined]);
  });

  it('go when they come back with a refund that failed after their time', async () => {
    const userId = await fan();
    const rechargeId = await buyCoins(world, { userId, now });
    await refundCoins(world, { rechargeId, now: daysLater(1) });
    expect((await walletOf(world, userId)).promo).toBeUndefined();
    await refundCoins(world, { rechargeId, state: 'failed', now: daysLater(40) });
    expect(await walletOf(world, userId)).toMatchObject({
      paid: 1_000,
      promo: [{ coins: 100, worthBasisPoints: 2_500 }],
    });
    expect(codeOf(await tip(world, { userId, coins: 1_001, now: daysLater(40) }))).toBe('insufficient_coins');
    await expire(world, daysLater(40));
    expect((await walletOf(world, userId)).promo).toBeUndefined();
    expect((await orderOf(world, rechargeId)).bonusExpiredCoins).toBe(100);
  });
});
