import type { GiftEntry, PurchaseEntry, ReserveEntry, WalletEntry } from '../../../shared/store/items/wallet-entry.ts';
import { subjects } from '../history.ts';

type SpendingEntry = GiftEntry | PurchaseEntry | ReserveEntry;

/** Coins that left a wallet because its user wanted so; `backCoins` of them were set aside only, and came back. */
export type Spending = {
  subject: string;
  userId: string;
  /** By the clock of whoever spent them, in milliseconds since 1970. */
  at: number;
  coins: number;
  paidCoins: number;
  /** Those that were promotional, by lot. */
  promo: Record<string, number>;
  backCoins: number;
};

export function spendingsIn(entries: WalletEntry[]): Spending[] {
  const back = new Map<string, number>();
  for (const entry of entries)
    if (entry.flow === 'release') {
      const { paidCoins, promoCoins, repaidCoins } = entry.amounts;
      const name = `${entry.userId} ${entry.reservationId}`;
      back.set(name, (back.get(name) ?? 0) + paidCoins + promoCoins + repaidCoins);
    }
  return entries.filter(isSpending).map((entry) => {
    const { userId, entryId, at, amounts, promo = {} } = entry;
    return {
      subject: subjectOf(entry),
      userId,
      at: Date.parse(at),
      coins: amounts.paidCoins + amounts.promoCoins,
      paidCoins: amounts.paidCoins,
      promo,
      backCoins: entry.flow === 'reserve' ? (back.get(`${userId} ${entryId}`) ?? 0) : 0,
    };
  });
}

function isSpending(entry: WalletEntry): entry is SpendingEntry {
  return entry.flow === 'gift' || entry.flow === 'purchase' || entry.flow === 'reserve';
}

function subjectOf(entry: SpendingEntry): string {
  const { userId, entryId } = entry;
  if (entry.flow === 'gift') return subjects.gift(userId, entryId);
  if (entry.flow === 'purchase') return subjects.purchase(userId, entryId);
  return entry.videoId === undefined ? subjects.order(userId, entryId) : subjects.promotion(userId, entryId);
}

/** By how much the clock of a function may be wrong, and a little more. */
export const clockErrorMilliseconds = 2_000;

/**
 * What is so much earlier by its time was certainly before: clocks differ, and that of an invocation stands still while
 * others go on around it.
 */
export const certainMilliseconds = 240_000;
