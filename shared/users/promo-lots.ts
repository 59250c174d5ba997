import type { PromoLot } from '../store/items/wallet.ts';
import { dueBucketOf } from '../store/keys.ts';

/**
 * When the sweep is to look at a wallet's promotional coins. It is written by whoever adds lots, and by the sweep; whoever
 * spends them leaves it as it is while some are left, so that the index costs a gift nothing.
 */
export function lotsDue(
  userId: string,
  lots: PromoLot[] | undefined,
): { dueBucket: string; dueAt: string } | undefined {
  const [first] = (lots ?? []).map(({ expiresAt }) => expiresAt).toSorted();
  return first === undefined ? undefined : { dueBucket: dueBucketOf({ kind: 'promo-lots', id: userId }), dueAt: first };
}
