import * as z from 'zod/mini';
import { currencies } from '../../money/currency.ts';
import type { Item } from '../table.ts';
import { Amount, GiftContext, Moment } from './common.ts';

const common = { entryId: z.string(), userId: z.string(), at: Moment };

/** A gift and, at the same time, the mark that it was credited: it is put once, by the transaction that credits it. */
export const GiftEntry = z.object({
  ...common,
  flow: z.literal('gift'),
  amounts: z.object({ paidCoins: Amount, promoCoins: Amount }),
  promo: z.optional(z.record(z.string(), Amount)),
  creatorId: z.string(),
  gift: z.string(),
  quantity: Amount,
  unitPrice: Amount,
  context: GiftContext,
  milliDiamonds: Amount,
  /** The creator's entry that carries this gift's diamonds, and the shard it is in. */
  creditId: z.string(),
  shard: z.int(),
});
export type GiftEntry = z.infer<typeof GiftEntry>;

export const RechargeEntry = z.object({
  ...common,
  flow: z.literal('recharge'),
  amounts: z.object({ paidCoins: Amount, repaidCoins: Amount, bonusCoins: Amount, stripeMinor: Amount }),
  currency: z.enum(currencies),
  provider: z.enum(['stripe']),
});
export type RechargeEntry = z.infer<typeof RechargeEntry>;

/** Promotional coins given by an operator; `grantedBy` is the client of the token that asked. */
export const GrantEntry = z.object({
  ...common,
  flow: z.literal('grant'),
  amounts: z.object({ promoCoins: Amount }),
  reason: z.string(),
  grantedBy: z.string(),
});
export type GrantEntry = z.infer<typeof GrantEntry>;

/** A line of a wallet's statement: `WALLET#{userId}` / `ENTRY#{uuidv7}`. Never changed once written. */
export const WalletEntry = z.discriminatedUnion('flow', [GiftEntry, RechargeEntry, GrantEntry]);
export type WalletEntry = z.infer<typeof WalletEntry>;

export function parseWalletEntry(item: Item): WalletEntry {
  return z.parse(WalletEntry, item);
}
