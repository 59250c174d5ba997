import * as z from 'zod/mini';
import { currencies } from '../../money/currency.ts';
import type { Item } from '../table.ts';
import { Amount, Day, GiftContext, Moment, providerNames } from './common.ts';
import { GiftVersions, WorthBasisPoints } from './wallet.ts';

/** Cash in minor units of the entry's currency, by the provider that moved it. */
const cash = {
  stripeMinor: z.optional(Amount),
  paypalMinor: z.optional(Amount),
  appleMinor: z.optional(Amount),
  googleMinor: z.optional(Amount),
};

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
  /** Absent on gifts from before they were kept. */
  versions: z.optional(GiftVersions),
  /** As in the outbox. */
  combo: z.optional(z.string()),
  /** As in the outbox. */
  promoMilliDiamonds: z.optional(Amount),
  /** The creator's entry that carries this gift's diamonds, and the shard it is in. */
  creditId: z.string(),
  shard: z.int(),
});
export type GiftEntry = z.infer<typeof GiftEntry>;

export const RechargeEntry = z.object({
  ...common,
  flow: z.literal('recharge'),
  amounts: z.object({ paidCoins: Amount, repaidCoins: Amount, bonusCoins: Amount, ...cash }),
  currency: z.enum(currencies),
  provider: z.enum(providerNames),
});
export type RechargeEntry = z.infer<typeof RechargeEntry>;

/** What became of the coins of a payment that went back, or may go back. */
const ofRecharge = { ...common, rechargeId: z.string() };
const restored = { paidCoins: z.optional(Amount), promoCoins: z.optional(Amount) };
const owed = { owedCoins: z.optional(Amount), owedPromoCoins: z.optional(Amount) };
const frozen = { frozenCoins: z.optional(Amount), frozenPromoCoins: z.optional(Amount) };

const FreezeEntry = z.object({ ...ofRecharge, flow: z.literal('freeze'), amounts: z.object(restored) });
const ThawEntry = z.object({ ...ofRecharge, flow: z.literal('thaw'), amounts: z.object(restored) });
const TakeBackEntry = z.object({
  ...ofRecharge,
  flow: z.literal('take_back'),
  amounts: z.object({ ...restored, ...owed, ...frozen, ...cash }),
  currency: z.enum(currencies),
});
const GiveBackEntry = z.object({
  ...ofRecharge,
  flow: z.literal('give_back'),
  amounts: z.object({ ...restored, ...owed, ...cash }),
  currency: z.enum(currencies),
});
const ClaimEntry = z.discriminatedUnion('flow', [FreezeEntry, ThawEntry, TakeBackEntry, GiveBackEntry]);
export type ClaimEntry = z.infer<typeof ClaimEntry>;

/** Promotional coins given by an operator; `grantedBy` is the client of the token that asked. */
export const GrantEntry = z.object({
  ...common,
  flow: z.literal('grant'),
  amounts: z.object({ promoCoins: Amount }),
  reason: z.string(),
  grantedBy: z.string(),
  /** Only where the grant said it. */
  expiresAfterDays: z.optional(z.int()),
  worthBasisPoints: z.optional(WorthBasisPoints),
  /** What it counts for in what operators may give in a day; absent when it is worth nothing. */
  worthCoins: z.optional(Amount),
});
export type GrantEntry = z.infer<typeof GrantEntry>;

/** Promotional coins that were not spent in time. */
export const ExpiryEntry = z.object({
  ...common,
  flow: z.literal('expiry'),
  amounts: z.object({ promoCoins: Amount }),
  /** How many of them were of each lot. */
  promo: z.record(z.string(), Amount),
});
export type ExpiryEntry = z.infer<typeof ExpiryEntry>;

const spentCoins = z.object({ paidCoins: Amount, promoCoins: Amount });

/** Something of the catalogue that was bought at once. */
export const PurchaseEntry = z.object({
  ...common,
  flow: z.literal('purchase'),
  amounts: spentCoins,
  promo: z.optional(z.record(z.string(), Amount)),
  item: z.string(),
  unitPrice: Amount,
  /** Until when the user has it; absent for good. */
  heldUntil: z.optional(Moment),
  /** The version of the catalogue that the price is from. */
  catalogVersion: z.string(),
});
export type PurchaseEntry = z.infer<typeof PurchaseEntry>;

/** Coins that were set aside; the id is that of the reservation, which tells what for. */
export const ReserveEntry = z.object({
  ...common,
  flow: z.literal('reserve'),
  amounts: spentCoins,
  promo: z.optional(z.record(z.string(), Amount)),
  item: z.optional(z.string()),
  videoId: z.optional(z.string()),
});
export type ReserveEntry = z.infer<typeof ReserveEntry>;

export const ReleaseEntry = z.object({
  ...common,
  flow: z.literal('release'),
  amounts: z.object({ paidCoins: Amount, promoCoins: Amount, repaidCoins: Amount }),
  reservationId: z.string(),
});
export type ReleaseEntry = z.infer<typeof ReleaseEntry>;

/** A code that was redeemed, for coins or for something of the catalogue. */
export const RedemptionEntry = z.object({
  ...common,
  flow: z.literal('redemption'),
  amounts: z.object({ promoCoins: Amount }),
  codeHash: z.string(),
  batchId: z.string(),
  item: z.optional(z.string()),
  heldUntil: z.optional(Moment),
  expiresAt: z.optional(Moment),
});
export type RedemptionEntry = z.infer<typeof RedemptionEntry>;

/** What somebody did for a reward. `proofId` is what the app knows an entry by. */
const RewardSource = z.discriminatedUnion('type', [
  z.object({ type: z.literal('challenge'), challengeId: z.string(), proofId: z.string() }),
  z.object({
    type: z.literal('ad'),
    placement: z.string(),
    network: z.string(),
    transactionId: z.string(),
    /** The day whose cap it counts against. */
    countedOn: Day,
  }),
]);
export type RewardSource = z.infer<typeof RewardSource>;

/** Promotional coins for an entry in a challenge, or for an ad that was watched. */
export const RewardEntry = z.object({
  ...common,
  flow: z.literal('reward'),
  amounts: z.object({ promoCoins: Amount }),
  source: RewardSource,
  expiresAt: Moment,
  worthBasisPoints: WorthBasisPoints,
  /** The version of the challenges, or of the ads. */
  catalogVersion: z.string(),
});
export type RewardEntry = z.infer<typeof RewardEntry>;

/** Coins that were given up when the account was closed. */
export const ForfeitEntry = z.object({
  ...common,
  flow: z.literal('forfeit'),
  amounts: spentCoins,
  promo: z.optional(z.record(z.string(), Amount)),
  closureId: z.string(),
});
export type ForfeitEntry = z.infer<typeof ForfeitEntry>;

/** A line of a wallet's statement: `WALLET#{userId}` / `ENTRY#{uuidv7}`. Never changed once written. */
export const WalletEntry = z.discriminatedUnion('flow', [
  GiftEntry,
  RechargeEntry,
  GrantEntry,
  ExpiryEntry,
  FreezeEntry,
  ThawEntry,
  TakeBackEntry,
  GiveBackEntry,
  PurchaseEntry,
  ReserveEntry,
  ReleaseEntry,
  RedemptionEntry,
  RewardEntry,
  ForfeitEntry,
]);
export type WalletEntry = z.infer<typeof WalletEntry>;

export function parseWalletEntry(item: Item): WalletEntry {
  return z.parse(WalletEntry, item);
}

/** The mark of a grant's key, which is the line of the statement over again. */
export function parseGrantEntry(item: Item): GrantEntry {
  return z.parse(GrantEntry, item);
}
