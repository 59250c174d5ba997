import * as z from 'zod/mini';
import type { Item } from '../table.ts';
import { Amount, Balance, Moment } from './common.ts';
import { PromoLot } from './wallet.ts';

const common = {
  reservationId: z.string(),
  userId: z.string(),
  /** How many coins were set aside; `spentCoins` of them are spent, and the rest is here until it is released. */
  coins: Amount,
  spentCoins: Amount,
  paidLeft: Balance,
  /** Promotional coins by the lots that they came from. */
  promoLeft: z.optional(z.array(PromoLot)),
  /** What went back when it ended, and the version of the wallet from which on it is there. */
  released: z.optional(
    z.object({ at: Moment, walletVersion: z.int(), paidCoins: Amount, promoCoins: Amount, repaidCoins: Amount }),
  ),
  createdAt: Moment,
  endedAt: z.optional(Moment),
  catalogVersion: z.string(),
  version: z.int(),
  dueBucket: z.optional(z.string()),
  dueAt: z.optional(Moment),
};

export const PromotionState = z.enum(['running', 'finished', 'canceled', 'lapsed']);
export type PromotionState = z.infer<typeof PromotionState>;

/** The budget of the promotion of an own video, spent as the app reports. */
export const Promotion = z.object({
  ...common,
  purpose: z.literal('promotion'),
  state: PromotionState,
  videoId: z.string(),
  endsAt: Moment,
});
export type Promotion = z.infer<typeof Promotion>;

export const GoodsOrderState = z.enum(['reserved', 'confirmed', 'canceled', 'lapsed']);
export type GoodsOrderState = z.infer<typeof GoodsOrderState>;

/** Goods that are on hold for a user. */
export const GoodsOrder = z.object({
  ...common,
  purpose: z.literal('goods'),
  state: GoodsOrderState,
  item: z.string(),
  quantity: Amount,
  unitPrice: Amount,
  expiresAt: Moment,
});
export type GoodsOrder = z.infer<typeof GoodsOrder>;

/** Coins that are set aside: `WALLET#{userId}` / `RESERVED#{id}`. */
export const Reservation = z.discriminatedUnion('purpose', [Promotion, GoodsOrder]);
export type Reservation = z.infer<typeof Reservation>;

export function parseReservation(item: Item): Reservation {
  return z.parse(Reservation, item);
}

/** The coins that are still set aside. */
export function coinsLeft({ paidLeft, promoLeft = [] }: Pick<Reservation, 'paidLeft' | 'promoLeft'>): number {
  return promoLeft.reduce((sum, { coins }) => sum + coins, paidLeft);
}

/** One step in which they are spent: `WALLET#{userId}` / `SPENDING#{reservation}#{id}`. Never changed once written. */
export const SpendingEntry = z.object({
  entryId: z.string(),
  userId: z.string(),
  reservationId: z.string(),
  at: Moment,
  flow: z.literal('spend_reserved'),
  amounts: z.object({ paidCoins: Amount, promoCoins: Amount }),
  /** How many coins the app said were spent in all. */
  reportedCoins: Amount,
});
export type SpendingEntry = z.infer<typeof SpendingEntry>;

export function parseSpendingEntry(item: Item): SpendingEntry {
  return z.parse(SpendingEntry, item);
}
