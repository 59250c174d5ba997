import { daysAfter } from '../calendar.ts';
import type { PromoLot } from '../store/items/wallet.ts';
import { dueBucketOf } from '../store/keys.ts';

/** So long before coins expire their user is warned; or at once, when they are given for a shorter time. */
const warnedBeforeDays = 3;

/** When the user is to be told that the coins of a lot will expire. */
export function warningDue({ expiresAt }: PromoLot): string {
  return daysAfter(new Date(expiresAt), -warnedBeforeDays).toISOString();
}

/**
 * When the sweep is to look at a wallet's promotional coins. It is written by whoever adds lots, and by the sweep; whoever
 * spends them leaves it as it is while some are left, so that the index costs a gift nothing.
 */
export function lotsDue(
  userId: string,
  lots: PromoLot[] | undefined,
): { dueBucket: string; dueAt: string } | undefined {
  const dates = (lots ?? []).map((lot) => (lot.warnedAt === undefined ? warningDue(lot) : lot.expiresAt));
  const [first] = dates.toSorted();
  return first === undefined ? undefined : { dueBucket: dueBucketOf({ kind: 'promo-lots', id: userId }), dueAt: first };
}
