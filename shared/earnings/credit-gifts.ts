import { addDays, type Day, dayOf } from '../calendar.ts';
import { newId } from '../identifiers.ts';
import { count } from '../observability.ts';
import { Contention, isTransient, pauseBefore, writeAttempts } from '../store/contention.ts';
import type { GiftContext } from '../store/items/common.ts';
import { type CreditEntry, maturingPrefix } from '../store/items/creator.ts';
import { type GiftEntry, parseWalletEntry } from '../store/items/wallet-entry.ts';
import { creatorEntryKey, creatorShardKey, walletEntryKey } from '../store/keys.ts';
import type { Item, Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import { chooseShard } from './choose-shard.ts';
import type { CreditMessage, RelayedGift } from './messages.ts';

export type CreditStores = {
  ledger: Table;
  maturityDays: number;
  random?: () => number;
};

export type Credited = { gifts: number; milliDiamonds: number };

/**
 * Credits the gifts of one message in one transaction: one balance, one entry of the creator, and the entry of each gift,
 * which is the mark that it was credited. Gifts whose entry exists already are left out and the rest is tried again, so
 * however often a gift is relayed, redelivered or redriven, it is credited once.
 * @returns what this call credited; nothing of what had been credited before.
 * @throws Contention when no shard could be written; the message goes back to the queue.
 * @throws Error when an entry says something else about a gift than the message does.
 */
export async function creditGifts(stores: CreditStores, message: CreditMessage, now: Date): Promise<Credited> {
  const { random = Math.random } = stores;
  let open = uniqueGifts(message.gifts);
  for (let attempt = 1; open.length > 0; attempt++) {
    const shard = chooseShard({ gifts: open.length, attempt, random });
    const already = await tryCredit(stores, { creatorId: message.creatorId, shard, gifts: open, now }, attempt);
    if (already === 'contended') {
      if (attempt >= writeAttempts)
        throw new Contention(`The gifts of creator ${message.creatorId} met conflicts on every shard tried.`);
      count('CreditConflicts');
      await pauseBefore(attempt, random);
    } else if (already.length === 0) {
      return { gifts: open.length, milliDiamonds: totalOf(open) };
    } else {
      const credited = new Set(already);
      open = open.filter((gift) => !credited.has(gift));
      // What is left had no mark a moment ago, so it is no sign of a busy shard.
      attempt = 0;
    }
  }
  return { gifts: 0, milliDiamonds: 0 };
}

function uniqueGifts(gifts: RelayedGift[]): RelayedGift[] {
  return [...new Map(gifts.map((gift) => [`${gift.senderId}#${gift.giftId}`, gift])).values()];
}

type Credit = { creatorId: string; shard: number; gifts: RelayedGift[]; now: Date };

/** One transaction: the gifts that turned out to be credited already (none when it was committed), or word that others hold the items. */
async function tryCredit(stores: CreditStores, credit: Credit, attempt: number): Promise<RelayedGift[] | 'contended'> {
  try {
    const written = await transact(stores.ledger, creditWrites(stores, credit), { attempts: 1 });
    return written.committed ? [] : written.failures;
  } catch (error) {
    if (isTransient(error) && attempt < writeAttempts) return 'contended';
    throw error;
  }
}

function creditWrites({ maturityDays }: CreditStores, credit: Credit): Write<RelayedGift>[] {
  const creditId = newId(credit.now);
  const amounts = splitByMaturity(credit, maturityDays);
  return [
    creditBalance(credit, amounts),
    putCreatorEntry(credit, { creditId, ...amounts }),
    ...credit.gifts.map((gift) => putGiftEntry(gift, credit, creditId)),
  ];
}

/** What can be withdrawn at once, and what from which day on. */
type Maturity = { matured: number; maturing: [Day, number][] };

function splitByMaturity({ gifts, now }: Credit, maturityDays: number): Maturity {
  const byDay = new Map<string, number>();
  for (const { sentAt, milliDiamonds } of gifts) {
    const day = addDays(dayOf(new Date(sentAt)), maturityDays);
    byDay.set(day, (byDay.get(day) ?? 0) + milliDiamonds);
  }
  const today = dayOf(now);
  const matured = [...byDay].filter(([day]) => day <= today).reduce((sum, [, amount]) => sum + amount, 0);
  return { matured, maturing: [...byDay].filter(([day]) => day > today) };
}

/** Adds to attributes only, so no condition can fail and the first credit makes the balance. */
function creditBalance({ creatorId, shard, gifts }: Credit, { matured, maturing }: Maturity): Write<RelayedGift> {
  return {
    update: {
      Key: creatorShardKey({ creatorId, shard }),
      UpdateExpression:
        'SET creatorId = :creator, #shard = :shard ' +
        `ADD lifetime :total, available :matured${maturing.map((_, i) => `, #day${i} :day${i}`).join('')}`,
      ExpressionAttributeNames: {
        '#shard': 'shard',
        ...Object.fromEntries(maturing.map(([day], i) => [`#day${i}`, maturingPrefix + day])),
      },
      ExpressionAttributeValues: {
        ':creator': creatorId,
        ':shard': shard,
        ':total': totalOf(gifts),
        ':matured': matured,
        ...Object.fromEntries(maturing.map(([, amount], i) => [`:day${i}`, amount])),
      },
    },
    failure: () => {
      throw new Error('The credit of a balance has no condition that could fail.');
    },
  };
}

function putCreatorEntry(
  { creatorId, shard, gifts, now }: Credit,
  { creditId, maturing }: Maturity & { creditId: string },
): Write<RelayedGift> {
  const contexts = [...new Map(gifts.map(({ context }) => [nameOf(context), context])).values()];
  const places = new Map(contexts.map((context, place) => [nameOf(context), place]));
  const entry: CreditEntry = {
    entryId: creditId,
    creatorId,
    shard,
    at: now.toISOString(),
    flow: 'credit',
    amounts: { milliDiamonds: totalOf(gifts) },
    ...(maturing.length > 0 && { maturing: Object.fromEntries(maturing) }),
    gifts: gifts.map((gift) => describeGift(gift, places.get(nameOf(gift.context)))),
    contexts,
  };
  return {
    put: { Item: { ...creatorEntryKey({ creatorId, shard, entryId: creditId }), ...entry } },
    failure: () => {
      throw new Error('A new entry has no condition that could fail.');
    },
  };
}

function describeGift(
  { giftId, senderId, gift, quantity, unitPrice, milliDiamonds }: RelayedGift,
  place: number | undefined,
): CreditEntry['gifts'][number] {
  const coins = unitPrice * quantity;
  return { giftId, senderId, gift, quantity, coins, milliDiamonds, ...(place && { context: place }) };
}

function nameOf({ type, id }: GiftContext): string {
  return `${type} ${id}`;
}

function putGiftEntry(gift: RelayedGift, { creatorId, shard }: Credit, creditId: string): Write<RelayedGift> {
  const promoCoins = Object.values(gift.promo ?? {}).reduce((sum, taken) => sum + taken, 0);
  const entry: GiftEntry = {
    entryId: gift.giftId,
    userId: gift.senderId,
    at: new Date(gift.sentAt).toISOString(),
    flow: 'gift',
    amounts: { paidCoins: gift.unitPrice * gift.quantity - promoCoins, promoCoins },
    ...(gift.promo && { promo: gift.promo }),
    creatorId,
    gift: gift.gift,
    quantity: gift.quantity,
    unitPrice: gift.unitPrice,
    context: gift.context,
    milliDiamonds: gift.milliDiamonds,
    ...(gift.versions && { versions: gift.versions }),
    ...(gift.combo !== undefined && { combo: gift.combo }),
    ...(gift.promoMilliDiamonds !== undefined && { promoMilliDiamonds: gift.promoMilliDiamonds }),
    creditId,
    shard,
  };
  return {
    put: {
      Item: { ...walletEntryKey({ userId: gift.senderId, flow: 'gift', entryId: gift.giftId }), ...entry },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
    failure: (current) => confirmSame(gift, creatorId, current),
  };
}

/** The entry of a gift that was credited before must say the same about it; anything else needs a person. */
function confirmSame(gift: RelayedGift, creatorId: string, current: Item | undefined): RelayedGift {
  const entry = current && parseWalletEntry(current);
  const same =
    entry?.flow === 'gift' &&
    entry.creatorId === creatorId &&
    entry.gift === gift.gift &&
    entry.unitPrice === gift.unitPrice &&
    entry.quantity === gift.quantity &&
    entry.milliDiamonds === gift.milliDiamonds;
  if (!same) throw new Error(`The entry of gift ${gift.giftId} disagrees with the gift that is to be credited.`);
  return gift;
}

function totalOf(gifts: RelayedGift[]): number {
  return gifts.reduce((sum, { milliDiamonds }) => sum + milliDiamonds, 0);
}
