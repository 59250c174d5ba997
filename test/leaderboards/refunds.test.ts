import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayOf, weekOf } from '../../shared/calendar.ts';
import { creditGifts } from '../../shared/earnings/credit-gifts.ts';
import { packGifts } from '../../shared/earnings/messages.ts';
import { putCreator } from '../../shared/earnings/put-creator.ts';
import { giftsOf } from '../../shared/earnings/relay-gifts.ts';
import { reverseGifts } from '../../shared/earnings/reverse-gifts.ts';
import { reversedOf } from '../../shared/earnings/reversed-gifts.ts';
import { openRecipients } from '../../shared/gifts/recipients.ts';
import { sendGift } from '../../shared/gifts/send-gift.ts';
import { newId } from '../../shared/identifiers.ts';
import type { CountStores } from '../../shared/leaderboards/count-into.ts';
import { countMessages } from '../../shared/leaderboards/count-scores.ts';
import { openBoards, readBoardList } from '../../shared/leaderboards/read-board.ts';
import { rebuildBoard, rebuildOf } from '../../shared/leaderboards/rebuild-board.ts';
import { sourcesOf } from '../../shared/leaderboards/score-message.ts';
import { readLifetime } from '../../shared/levels/read-lifetime.ts';
import { minor } from '../../shared/money/units.ts';
import { receiveClaims } from '../../shared/recharges/take-back.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { boardHeadKey, type Lifetime, type RankedBoard } from '../../shared/store/board-keys.ts';
import { parseBoardHead } from '../../shared/store/items/board.ts';
import { type CreatorEntry, parseCreatorEntry } from '../../shared/store/items/creator.ts';
import { parseReversedGift } from '../../shared/store/items/reversal.ts';
import { parseWalletEntry } from '../../shared/store/items/wallet-entry.ts';
import { readItem } from '../../shared/store/read.ts';
import type { Item } from '../../shared/store/table.ts';
import {
  buy,
  deliver,
  newFan,
  openShop,
  payQuietly,
  purchase,
  type Shop,
  stripeEvent,
  walletOf,
} from '../recharges/shop.ts';
import { freshBoards } from '../support/boards.ts';
import { seededRandom, shuffled } from '../support/random.ts';

let shop: Shop;
let stores: CountStores;

beforeAll(async () => {
  shop = await openShop();
  stores = { ...shop, boards: await freshBoards() };
});
afterAll(() => shop.close());

const stars = ['sol', 'vega'];
const lives = ['morning', 'evening'];
const week = weekOf(dayOf(new Date()));

async function buyCoins(userId: string) {
  const { order, paymentId } = await buy(shop, purchase(userId));
  await deliver(shop, stripeEvent('payment_intent.succeeded', await payQuietly(shop, paymentId)));
  return { rechargeId: order.rechargeId, paymentId };
}

async function tip(userId: string, creatorId: string, { coins, liveId }: { coins: number; liveId: string }) {
  const gift = { senderId: userId, creatorId, giftId: newId(new Date()), gift: 'tip', quantity: 1, unitPrice: coins };
  const stores = { ...shop, recipients: openRecipients(shop.ledger) };
  const sent = await sendGift(stores, { ...gift, context: { type: 'live', id: liveId } }, new Date());
  if (isRefusal(sent)) throw new Error(sent.detail);
  for (const message of packGifts(giftsOf(await walletOf(shop, userId))))
    await creditGifts({ ledger: shop.ledger, maturityDays: 14 }, message, new Date());
}

async function refund(paid: { rechargeId: string; paymentId: string }, state: 'succeeded' | 'failed') {
  const at = state === 'failed' ? '2026-11-21T10:00:00.000Z' : '2026-11-21T09:00:00.000Z';
  const claims = [{ claim: { kind: 'refund' as const, claimId: 're_1', amountMinor: minor(1299), at, state } }];
  const about = { provider: 'stripe' as const, ...paid };
  const notice = { provider: 'stripe' as const, eventId: newId(new Date()), type: 'test', report: '{}', digest: '' };
  await receiveClaims(shop.ledger, { about, claims, notice: { ...notice, subject: paid.rechargeId, now: new Date() } });
  const run = { now: new Date(), remainingMilliseconds: () => 60_000 };
  expect(await reverseGifts({ ...shop, maturityDays: 14 }, run)).toMatchObject({ failed: 0 });
}

async function ledgerItems(): Promise<Item[]> {
  const { Items = [] } = await shop.ledger.client.send(new ScanCommand({ TableName: shop.ledger.name }));
  return Items;
}

async function creatorEntries(): Promise<CreatorEntry[]> {
  return (await ledgerItems())
    .filter(({ pk, sk }) => String(pk).startsWith('CREATOR#') && String(sk).startsWith('ENTRY#'))
    .map(parseCreatorEntry);
}

/** Of each fan and star, the same of all their gifts: coins, and milli-diamonds. */
async function expectedLifetimes(): Promise<Record<string, number>> {
  const items = await ledgerItems();
  const sums: Record<string, number> = {};
  for (const item of items.filter(({ flow }) => flow === 'gift')) {
    const gift = parseWalletEntry(item);
    if (gift.flow !== 'gift') continue;
    const { userId, creatorId, unitPrice, quantity, milliDiamonds } = gift;
    const reversed = items.find(({ pk, sk }) => pk === `REVERSAL#${userId}#${gift.entryId}` && sk === 'GIFT');
    const taken = reversed ? reversedOf(parseReversedGift(reversed)) : { coins: 0, milliDiamonds: 0 };
    sums[userId] = (sums[userId] ?? 0) + unitPrice * quantity - taken.coins;
    sums[creatorId] = (sums[creatorId] ?? 0) + milliDiamonds - taken.milliDiamonds;
  }
  return sums;
}

function lifetimeOf(id: string): Lifetime {
  return { type: 'lifetime', ladder: stars.includes(id) ? 'creators' : 'gifters', id };
}

async function countedLifetimes(ids: string[]): Promise<Record<string, number>> {
  const counted = ids.map(async (id) => [id, await readLifetime(stores.boards, lifetimeOf(id))] as const);
  return Object.fromEntries(await Promise.all(counted));
}

/** What the senders' own entries say, less what is reversed: found without any of the code that counts. */
async function expected(board: RankedBoard): Promise<Record<string, number>> {
  const items = await ledgerItems();
  const sums: Record<string, number> = {};
  for (const item of items.filter(({ flow }) => flow === 'gift')) {
    const gift = parseWalletEntry(item);
    if (gift.flow !== 'gift') continue;
    const isOn = board.type === 'live' ? gift.context.id === board.liveId : gift.creatorId === board.creatorId;
    const reversed = items.find(({ pk, sk }) => pk === `REVERSAL#${gift.userId}#${gift.entryId}` && sk === 'GIFT');
    const taken = reversed ? reversedOf(parseReversedGift(reversed)).coins : 0;
    if (isOn) sums[gift.userId] = (sums[gift.userId] ?? 0) + gift.unitPrice * gift.quantity - taken;
  }
  return Object.fromEntries(Object.entries(sums).filter(([, coins]) => coins > 0));
}

let reads = 0;

/** The list as nobody has made it yet. */
async function shown(board: RankedBoard): Promise<Record<string, number>> {
  reads += 1;
  const { places } = await readBoardList(openBoards(stores), board, new Date(Date.now() + reads * 60_000));
  return Object.fromEntries(places.map(({ userId, coins }) => [userId, coins]));
}

describe('leaderboards after traffic with refunds', () => {
  const boards: RankedBoard[] = [
    ...stars.map((creatorId): RankedBoard => ({ type: 'week', creatorId, week })),
    ...lives.map((liveId): RankedBoard => ({ type: 'live', liveId })),
  ];

  it('are what the ledger says, also when entries come out of order and again', async () => {
    for (const creatorId of stars) {
      const ownerUserId = await newFan(shop);
      const put = await putCreator(shop, { creatorId, ownerUserId, region: 'US', giftsEnabled: true, now: new Date() });
      if (isRefusal(put)) throw new Error(put.detail);
    }
    const random = seededRandom(3);
    const pick = (from: string[]) => from[Math.floor(random() * from.length)] ?? '';
    for (let fan = 0; fan < 5; fan++) {
      const userId = await newFan(shop);
      const paid = await buyCoins(userId);
      for (let gift = 0; gift < 3; gift++) {
        const coins = 50 + Math.floor(random() * 150);
        await tip(userId, pick(stars), { coins, liveId: pick(lives) });
      }
      if (fan < 3) await refund(paid, 'succeeded');
      if (fan === 2) await refund(paid, 'failed');
    }
    const entries = await creatorEntries();
    expect(new Set(entries.map(({ flow }) => flow))).toEqual(new Set(['credit', 'reversal', 'reversal_undone']));
    const messages = entries
      .flatMap(sourcesOf)
      .map(({ source, ...group }) => ({ version: 1 as const, ...group, sources: [source] }));
    // Reversals before their gifts, and everything twice.
    for (const order of [shuffled(messages, random), shuffled(messages, random)])
      expect((await countMessages(stores, order, new Date())).filter(Boolean)).toEqual([]);
    for (const board of boards) expect(await shown(board)).toEqual(await expected(board));
    const lifetimes = await expectedLifetimes();
    expect(await countedLifetimes(Object.keys(lifetimes))).toEqual(lifetimes);
  });

  it('equal those that are rebuilt from the ledger', async () => {
    for (const board of boards) {
      const counted = await shown(board);
      const wanted = rebuildOf(
        board.type === 'live'
          ? { liveId: board.liveId, creatorIds: stars, from: week }
          : { creatorId: board.creatorId, week },
      );
      const until = new Date(Date.now() + 20_000);
      expect(await rebuildBoard(stores, wanted, { now: new Date(), until })).toMatchObject({ state: 'finished' });
      expect(await shown(board)).toEqual(counted);
      expect(Object.keys(counted).length).toBeGreaterThan(1);
    }
  });

  it('and what somebody gave or earned since ever equals the ledger when it is counted again, and goes on being counted', async () => {
    const lifetimes = await expectedLifetimes();
    const ids = Object.keys(lifetimes);
    expect(ids).toHaveLength(stars.length + 5);
    for (const id of ids) {
      const again = rebuildOf({ ladder: lifetimeOf(id).ladder, id });
      const until = new Date(Date.now() + 20_000);
      expect(await rebuildBoard(stores, again, { now: new Date(), until })).toMatchObject({ state: 'finished' });
    }
    expect(await countedLifetimes(ids)).toEqual(lifetimes);
    const userId = ids.find((id) => !stars.includes(id)) ?? '';
    const wanted = rebuildOf({ ladder: 'gifters', id: userId });
    await rebuildBoard(stores, wanted, { now: new Date(), until: new Date(0) });
    const known = new Set((await creatorEntries()).map(({ entryId }) => entryId));
    await buyCoins(userId);
    await tip(userId, 'sol', { coins: 70, liveId: 'morning' });
    const entries = await creatorEntries();
    const messages = [...entries.filter(({ entryId }) => !known.has(entryId)), ...entries]
      .flatMap(sourcesOf)
      .map(({ source, ...group }) => ({ version: 1 as const, ...group, sources: [source] }));
    expect((await countMessages(stores, messages, new Date())).filter(Boolean)).toEqual([]);
    const later = { ...lifetimes, [userId]: (lifetimes[userId] ?? 0) + 70, sol: (lifetimes.sol ?? 0) + 35_000 };
    expect(await expectedLifetimes()).toEqual(later);
    expect(await countedLifetimes(ids)).toEqual(later);
    // As if all that there was had been read before the last gift came: it is in the next generation as well.
    const head = parseBoardHead(await readItem(stores.boards, boardHeadKey(wanted.board)));
    const Item = { ...boardHeadKey(wanted.board), ...head, next: { ...head.next, partition: 1 } };
    await stores.boards.client.send(new PutCommand({ TableName: stores.boards.name, Item }));
    await rebuildBoard(stores, wanted, { now: new Date(), until: new Date(Date.now() + 20_000) });
    expect(await countedLifetimes([userId])).toEqual({ [userId]: 70 });
    await rebuildBoard(stores, wanted, { now: new Date(), until: new Date(Date.now() + 20_000) });
    expect(await countedLifetimes(ids)).toEqual(later);
  });
});
