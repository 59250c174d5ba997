import * as z from 'zod/mini';
import type { Item } from '../table.ts';
import { Amount, Moment } from './common.ts';

/**
 * How far the gifts that were paid with the coins of a recharge are reversed: `REVERSAL#{rechargeId}` / `REVERSAL`. The
 * sender's gifts are gone through from the latest before `asOf` back to older ones.
 */
export const Reversal = z.object({
  rechargeId: z.string(),
  userId: z.string(),
  /** When coins of the recharge were first found spent; later gifts were not paid with them. */
  asOf: Moment,
  /** The version of the wallet at which that was; absent on reversals from before it was kept. */
  asOfVersion: z.optional(z.int()),
  /** So many of the paid coins before `asOf` were spent from later purchases, and are passed over first. */
  skipCoins: Amount,
  /** How many coins are to be reversed; it falls when the payment comes again. */
  wantedCoins: Amount,
  reversedCoins: Amount,
  /** How many paid coins have been gone through, the passed over ones included, and up to which gift. */
  walkedCoins: Amount,
  cursor: z.optional(z.object({ giftId: z.string(), coins: Amount })),
  /** The walk came to its end, began again with the latest gift, and has found nothing since. */
  isSecondWalk: z.optional(z.boolean()),
  /** The number of the latest step; 0 before the first. */
  steps: z.int(),
  version: z.int(),
  dueBucket: z.optional(z.string()),
  dueAt: z.optional(Moment),
});
export type Reversal = z.infer<typeof Reversal>;

export function parseReversal(item: Item): Reversal {
  return z.parse(Reversal, item);
}

/** A part of one gift's coins, and what became of its diamonds. */
const GiftStep = z.object({
  step: z.int(),
  rechargeId: z.string(),
  giftId: z.string(),
  /** The sender; absent on steps from before reversals were counted by gift. */
  userId: z.optional(z.string()),
  creatorId: z.string(),
  /** The balance that has the entry. */
  shard: z.int(),
  /** The paid coins of the gift from `fromCoins` on, counted from where the walk meets the gift. */
  fromCoins: Amount,
  coins: Amount,
  milliDiamonds: Amount,
  owedMilliDiamonds: Amount,
});
export type GiftStep = z.infer<typeof GiftStep>;

/** A part of coins that bought something other than a gift: no creator has anything of them. */
const PurchaseStep = z.object({
  step: z.int(),
  rechargeId: z.string(),
  /** The id of the purchase or reservation and, after `#`, the flow of its line. */
  giftId: z.string(),
  userId: z.string(),
  fromCoins: Amount,
  coins: Amount,
});

/** One step: `REVERSAL#{rechargeId}` / `STEP#{number}`. */
const ReversalStep = z.union([GiftStep, PurchaseStep]);
export type ReversalStep = z.infer<typeof ReversalStep>;

/**
 * How much of a gift, or of something else that was bought, is reversed, by all reversals together: `REVERSAL#{userId}#{giftId}` / `GIFT`. Gifts are gone through
 * in the order of their keys, which apps choose, and need not be the order in which they were paid; so two reversals can come
 * to the same coins, and this is what keeps them from taking these twice.
 */
export const ReversedGift = z.object({
  userId: z.string(),
  giftId: z.string(),
  /** The paid coins of the gift. */
  paidCoins: Amount,
  /** How many of them are reversed, by the recharge that brought them. */
  coinsByRecharge: z.record(z.string(), Amount),
  milliDiamonds: Amount,
  /** The entries of the creator that say so, in the balance that the gift was credited to; absent before they were kept. */
  entryIds: z.optional(z.array(z.string())),
});
export type ReversedGift = z.infer<typeof ReversedGift>;

export function parseReversalStep(item: Item): ReversalStep {
  return z.parse(ReversalStep, item);
}

export function parseReversedGift(item: Item): ReversedGift {
  return z.parse(ReversedGift, item);
}
