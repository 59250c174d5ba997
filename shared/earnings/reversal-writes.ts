import { addDays, type Day, dayOf } from '../calendar.ts';
import type { ReversalPolicy } from '../catalog/schemas.ts';
import { homeShard, withHomeShard } from '../payouts/open-payout.ts';
import { payableOf, planTakes, takeFromShard } from '../payouts/take-diamonds.ts';
import { type CreatorShard, maturingPrefix, type ReversalEntry } from '../store/items/creator.ts';
import type { GiftEntry } from '../store/items/wallet-entry.ts';
import { creatorEntryKey, creatorShardKey } from '../store/keys.ts';
import type { Write } from '../store/write.ts';

export type Found = {
  writes: Write<'changed'>[];
  /** What was taken from balances, and what is owed for what was no longer there. */
  milliDiamonds: number;
  owedMilliDiamonds: number;
};

type Wanted = {
  /** The id of the entry, if there is to be one. */
  entryId: string;
  rechargeId: string;
  gift: GiftEntry;
  coins: number;
  milliDiamonds: number;
  shards: CreatorShard[];
  maturityDays: number;
  policy: ReversalPolicy;
  now: Date;
};

/**
 * Finds the diamonds of a part of a gift: those of the gift itself while they mature, then what the creator could withdraw,
 * and then a debt against future earnings, as far as the policy goes.
 */
export function takeDiamonds(wanted: Wanted): Found {
  const { gift, milliDiamonds: amount, shards, policy, now } = wanted;
  if (amount === 0 || policy === 'none') return { writes: [], milliDiamonds: 0, owedMilliDiamonds: 0 };
  const day = maturesOn(gift, wanted.maturityDays);
  const own = shards.find(({ shard }) => shard === gift.shard);
  if (day > dayOf(now) && own && (own.maturing[day] ?? 0) >= amount) {
    const taken = { [String(gift.shard)]: amount };
    const entry = entryOf(wanted, 'reversal', {
      shard: gift.shard,
      taken,
      owedMilliDiamonds: 0,
      maturing: { [day]: amount },
    });
    return { writes: [takeMaturing(gift, day, amount), putEntry(entry)], milliDiamonds: amount, owedMilliDiamonds: 0 };
  }
  if (policy === 'unmatured') return { writes: [], milliDiamonds: 0, owedMilliDiamonds: 0 };
  return takeFromEarnings(wanted);
}

function takeFromEarnings(wanted: Wanted): Found {
  const { gift, shards, policy, now } = wanted;
  const today = dayOf(now);
  const payable = shards.reduce((sum, shard) => sum + payableOf(shard, today), 0);
  const milliDiamonds = Math.min(wanted.milliDiamonds, payable);
  const owed = policy === 'debt' ? wanted.milliDiamonds - milliDiamonds : 0;
  if (milliDiamonds + owed === 0) return { writes: [], milliDiamonds, owedMilliDiamonds: owed };
  const fullest = milliDiamonds > 0 ? planTakes(shards, { amount: milliDiamonds, today }) : [];
  const takes = owed > 0 ? withHomeShard(fullest, shards, gift.creatorId) : fullest;
  const taken = Object.fromEntries(fullest.map((take) => [String(take.shard.shard), take.milliDiamonds]));
  const entry = entryOf(wanted, 'reversal', { shard: gift.shard, taken, owedMilliDiamonds: owed });
  const writes = takes.map((take) =>
    takeFromShard(take, take.shard.shard === homeShard ? { owed } : {}, () => 'changed' as const),
  );
  return { writes: [...writes, putEntry(entry)], milliDiamonds, owedMilliDiamonds: owed };
}

type Restored = Omit<Wanted, 'policy' | 'milliDiamonds'> & { milliDiamonds: number; owedMilliDiamonds: number };

/** Gives the diamonds of a part of a gift back: what is still owed for it is forgiven, and the rest is paid in again. */
export function giveDiamondsBack(restored: Restored): Write<'changed'>[] {
  const { gift, shards, maturityDays, now } = restored;
  const total = restored.milliDiamonds + restored.owedMilliDiamonds;
  if (total === 0) return [];
  const home = shards.find(({ shard }) => shard === homeShard);
  const forgiven = Math.min(restored.owedMilliDiamonds, home?.owed ?? 0);
  const returned = total - forgiven;
  const day = maturesOn(gift, maturityDays);
  const matures = day > dayOf(now) ? maturingPrefix + day : 'available';
  const maturing = day > dayOf(now) && returned > 0 ? { maturing: { [day]: returned } } : {};
  const taken = { [String(gift.shard)]: returned };
  const described = { shard: gift.shard, taken, owedMilliDiamonds: forgiven, ...maturing };
  const entry = entryOf(restored, 'reversal_undone', described);
  const isHome = gift.shard === homeShard;
  return [
    addToShard(gift, { [matures]: returned, ...(isHome && forgiven > 0 && { owed: -forgiven }) }),
    ...(isHome || forgiven === 0 ? [] : [addToShard({ ...gift, shard: homeShard }, { owed: -forgiven })]),
    putEntry(entry),
  ];
}

function maturesOn({ at }: GiftEntry, maturityDays: number): Day {
  return addDays(dayOf(new Date(at)), maturityDays);
}

type Place = Pick<GiftEntry, 'creatorId' | 'shard'>;

function takeMaturing({ creatorId, shard }: Place, day: Day, amount: number): Write<'changed'> {
  return {
    update: {
      Key: creatorShardKey({ creatorId, shard }),
      ConditionExpression: '#day >= :amount',
      UpdateExpression: 'SET #day = #day - :amount',
      ExpressionAttributeNames: { '#day': maturingPrefix + day },
      ExpressionAttributeValues: { ':amount': amount },
    },
    failure: () => 'changed',
  };
}

/** Adds to what a shard keeps; nothing may fall below zero. */
function addToShard({ creatorId, shard }: Place, changes: Record<string, number>): Write<'changed'> {
  const entries = Object.entries(changes);
  const falling = entries.flatMap(([, amount], i) => (amount < 0 ? [`#name${i} >= :least${i}`] : []));
  return {
    update: {
      Key: creatorShardKey({ creatorId, shard }),
      ...(falling.length > 0 && { ConditionExpression: falling.join(' AND ') }),
      UpdateExpression: `ADD ${entries.map((_, i) => `#name${i} :amount${i}`).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(entries.map(([name], i) => [`#name${i}`, name])),
      ExpressionAttributeValues: {
        ...Object.fromEntries(entries.map(([, amount], i) => [`:amount${i}`, amount])),
        ...Object.fromEntries(entries.flatMap(([, amount], i) => (amount < 0 ? [[`:least${i}`, -amount]] : []))),
      },
    },
    failure: () => 'changed',
  };
}

type Described = Pick<ReversalEntry, 'shard' | 'taken' | 'maturing'> & { owedMilliDiamonds: number };

function entryOf(
  { entryId, rechargeId, gift, coins, now }: Pick<Wanted, 'entryId' | 'rechargeId' | 'gift' | 'coins' | 'now'>,
  flow: ReversalEntry['flow'],
  { shard, taken, owedMilliDiamonds, maturing }: Described,
): ReversalEntry {
  const milliDiamonds = Object.values(taken).reduce((sum, amount) => sum + amount, 0);
  return {
    entryId,
    creatorId: gift.creatorId,
    shard,
    at: now.toISOString(),
    flow,
    rechargeId,
    giftId: gift.entryId,
    senderId: gift.userId,
    coins,
    amounts: { milliDiamonds, owedMilliDiamonds },
    ...(maturing && { maturing }),
    taken,
  };
}

function putEntry(entry: ReversalEntry): Write<'changed'> {
  return {
    put: { Item: { ...creatorEntryKey(entry), ...entry }, ConditionExpression: 'attribute_not_exists(pk)' },
    failure: () => 'changed',
  };
}
