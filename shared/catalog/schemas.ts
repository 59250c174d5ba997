import * as z from 'zod/mini';
import { AppId, Region } from '../identifiers.ts';
import { currencies } from '../money/currency.ts';
import { Amount, ContextType, Moment } from '../store/items/common.ts';

export const Channel = z.enum(['app', 'web']);
export type Channel = z.infer<typeof Channel>;

const Code = z.string().check(z.regex(/^[a-z][a-z0-9_]{0,39}$/));

export const CoinPackage = z.object({
  packageId: AppId,
  coins: Amount,
  bonusCoins: Amount,
  /** Minor units of the price list's currency. */
  priceMinor: Amount,
});
export type CoinPackage = z.infer<typeof CoinPackage>;

/** What is sold in one region through one channel. */
export const PriceList = z.object({
  currency: z.enum(currencies),
  taxIncluded: z.boolean(),
  packages: z.array(CoinPackage),
});
export type PriceList = z.infer<typeof PriceList>;

const Packages = z.object({
  /** An order keeps its price for this long; paid later, it is credited as quoted all the same. */
  quoteMinutes: Amount,
  /** Bonus coins expire after this many days. */
  bonusExpiresAfterDays: Amount,
  regions: z.record(Region, z.partialRecord(Channel, PriceList)),
});

export const GiftDefinition = z.object({
  code: Code,
  name: z.string(),
  /** Coins for one, or the bounds of a free amount (a tip). */
  price: z.union([z.object({ coins: Amount }), z.object({ minimum: Amount, maximum: Amount })]),
  tier: z.enum(['small', 'medium', 'large', 'grand']),
  surfaces: z.array(ContextType),
  enabled: z.boolean(),
  /** A season: the gift can be sent from `from` until just before `until`. */
  from: z.optional(Moment),
  until: z.optional(Moment),
  /** Where it can be sent; everywhere when absent. */
  regions: z.optional(z.array(Region)),
});
export type GiftDefinition = z.infer<typeof GiftDefinition>;

const Gifts = z.object({ largestQuantity: Amount, gifts: z.array(GiftDefinition) });

export const Rates = z.object({ coinsPerDiamond: Amount, usdMinorPerDiamond: Amount });
export type Rates = z.infer<typeof Rates>;

const PayoutMethodRules = z.object({ minimumMinor: Amount, feeBasisPoints: Amount, feeFixedMinor: Amount });

export const PayoutRules = z.object({
  methods: z.object({ paypal: PayoutMethodRules }),
  dailyMaximumMinor: Amount,
  weeklyMaximumMinor: Amount,
  /** Larger payouts wait for an operator. */
  approvalAboveMinor: Amount,
});
export type PayoutRules = z.infer<typeof PayoutRules>;

/** From which age somebody may buy, gift and earn; by region where it differs from the default. */
const Ages = z.object({ defaultYears: Amount, regionYears: z.record(Region, Amount) });

/** The kinds of versioned configuration, each with its schema. */
export const catalogKinds = {
  packages: Packages,
  gifts: Gifts,
  rates: Rates,
  payouts: PayoutRules,
  ages: Ages,
} as const;
export type CatalogKind = keyof typeof catalogKinds;
export type CatalogValue<Kind extends CatalogKind> = z.infer<(typeof catalogKinds)[Kind]>;

/** One version: `CATALOG#{kind}` / `FROM#{effectiveAt}`. The latest whose time has come is in force. */
export type CatalogVersion<Kind extends CatalogKind> = {
  version: string;
  effectiveAt: string;
  value: CatalogValue<Kind>;
};
