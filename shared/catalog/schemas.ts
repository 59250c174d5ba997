import * as z from 'zod/mini';
import { AppId, Region } from '../identifiers.ts';
import { currencies } from '../money/currency.ts';
import { usdMinorPerDiamond } from '../money/diamonds.ts';
import { largestAmount } from '../money/units.ts';
import { Amount, ContextType, Moment } from '../store/items/common.ts';
import { PayoutMethod } from '../store/items/creator.ts';
import { WorthBasisPoints } from '../store/items/wallet.ts';
import { Campaigns } from './campaign-schema.ts';
import { flawOfCustom } from './custom-amount.ts';
import { Levels } from './levels-schema.ts';
import { Ads, Challenges } from './reward-schema.ts';
import { Shop } from './shop-schema.ts';
import { SpendingRules } from './spending-rules.ts';

export const Channel = z.enum(['app', 'web']);
export type Channel = z.infer<typeof Channel>;

const Code = z.string().check(z.regex(/^[a-z][a-z0-9_]{0,39}$/));

/** A product of the App Store or of Google Play; both take these characters and more (capitals only Apple). */
const StoreProductId = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._]{0,99}$/));

/** An amount that something is divided by, or that must not be nothing. */
const PositiveAmount = z.int().check(z.minimum(1), z.maximum(largestAmount));
const Days = z.int().check(z.minimum(0), z.maximum(3_650));
/** The moments of an hour's orders are kept in one item. */
const OrderCount = z.int().check(z.minimum(1), z.maximum(1_000));
const Years = z.int().check(z.minimum(0), z.maximum(100));

export const CoinPackage = z.object({
  packageId: AppId,
  coins: PositiveAmount,
  bonusCoins: Amount,
  /** What each bonus coin makes of a paid coin's diamonds, in ten-thousandths; all when absent. */
  bonusWorthBasisPoints: z.optional(WorthBasisPoints),
  /** Minor units of the price list's currency. */
  priceMinor: Amount,
  /** What the package is called in the catalogues of the app stores, where it is sold there; consumable products. */
  appleProductId: z.optional(StoreProductId),
  googleProductId: z.optional(StoreProductId),
});
export type CoinPackage = z.infer<typeof CoinPackage>;

/** Any number of coins within bounds, at `priceMinor` for each `perCoins` of them. */
const CustomAmount = z.object({
  minimumCoins: PositiveAmount,
  maximumCoins: PositiveAmount,
  priceMinor: PositiveAmount,
  perCoins: PositiveAmount,
});
export type CustomAmount = z.infer<typeof CustomAmount>;

/** What is sold in one region through one channel. */
export const PriceList = z
  .object({
    currency: z.enum(currencies),
    taxIncluded: z.boolean(),
    packages: z.array(CoinPackage),
    custom: z.optional(CustomAmount),
  })
  .check(
    z.superRefine((list, context) => {
      const flaw = flawOfCustom(list);
      if (flaw !== undefined) context.addIssue(flaw);
    }),
  );
export type PriceList = z.infer<typeof PriceList>;

const Packages = z.object({
  /** An order keeps its price for this long; paid later, it is credited as quoted all the same. */
  quoteMinutes: z.int().check(z.minimum(1), z.maximum(1_440)),
  /** Bonus coins expire after this many days. */
  bonusExpiresAfterDays: Days,
  regions: z.record(Region, z.partialRecord(Channel, PriceList)),
});

export const GiftDefinition = z.object({
  code: Code,
  name: z.string(),
  /** Coins for one, or the bounds of a free amount (a tip). */
  price: z.union([z.object({ coins: PositiveAmount }), z.object({ minimum: PositiveAmount, maximum: PositiveAmount })]),
  tier: z.enum(['small', 'medium', 'large', 'grand']),
  surfaces: z.array(ContextType),
  enabled: z.boolean(),
  /** A season: the gift can be sent from `from` until just before `until`. */
  from: z.optional(Moment),
  until: z.optional(Moment),
  /** Where it can be sent; everywhere when absent. A condition compares with 100 values at most. */
  regions: z.optional(z.array(Region).check(z.minLength(1), z.maxLength(100))),
});
export type GiftDefinition = z.infer<typeof GiftDefinition>;

/** For versions from before there were combos. */
const defaultCombos = { idleSeconds: 5, longestSeconds: 300 };

const Gifts = z.object({
  largestQuantity: PositiveAmount,
  /** How long after its last gift a streak is over, and how long it may last; all that was sent meanwhile is read to show it. */
  combos: z._default(
    z.object({
      idleSeconds: z.int().check(z.minimum(1), z.maximum(60)),
      longestSeconds: z.int().check(z.minimum(1), z.maximum(3_600)),
    }),
    defaultCombos,
  ),
  gifts: z.array(GiftDefinition),
});

/**
 * How far creators pay for gifts whose payment went back: not at all, with the gift's diamonds while they mature, with
 * what they could withdraw as well, or with a debt against future earnings as well.
 */
export const ReversalPolicy = z.enum(['none', 'unmatured', 'matured', 'debt']);
export type ReversalPolicy = z.infer<typeof ReversalPolicy>;

export const Rates = z.object({
  /** For gifts that are sent while the version holds. */
  coinsPerDiamond: PositiveAmount,
  /** A diamond does not change its value: those that creators have would change theirs. */
  usdMinorPerDiamond: z.literal(usdMinorPerDiamond),
  /** By the creator's region; `default` for all others. */
  reversals: z.optional(z.object({ default: ReversalPolicy, regions: z.record(Region, ReversalPolicy) })),
});
export type Rates = z.infer<typeof Rates>;

const PayoutMethodRules = z.object({
  minimumMinor: Amount,
  feeBasisPoints: z.int().check(z.minimum(0), z.maximum(10_000)),
  feeFixedMinor: Amount,
  /** Where creators may be paid by it; everywhere when absent. */
  regions: z.optional(z.array(Region).check(z.minLength(1))),
});
export type PayoutMethodRules = z.infer<typeof PayoutMethodRules>;

/** What may be paid out to one creator a day and a week (from Monday, UTC), by all methods together. */
const PayoutCaps = z.object({ dailyMaximumMinor: Amount, weeklyMaximumMinor: Amount });
export type PayoutCaps = z.infer<typeof PayoutCaps>;

/** For versions from before there was the rule: a destination that was just changed is the risk, so they are careful too. */
const defaultCoolingOffHours = 72;

export const PayoutRules = z.object({
  /** Only by these is anybody paid. */
  methods: z.partialRecord(PayoutMethod, PayoutMethodRules),
  ...PayoutCaps.shape,
  /** By the creator's region, in place of those two. */
  regionCaps: z._default(z.record(Region, PayoutCaps), {}),
  /** Larger payouts wait for an operator. */
  approvalAboveMinor: Amount,
  /** A destination is paid from so long after it was set or changed on; 0 is at once. */
  destinationCoolingOffHours: z._default(z.int().check(z.minimum(0), z.maximum(8_760)), defaultCoolingOffHours),
  /** What a payout profile must show besides a verified identity. What it shows counts in any case. */
  profileMustShow: z._default(z.array(z.enum(['name_match', 'tax_profile'])), []),
});
export type PayoutRules = z.infer<typeof PayoutRules>;

/** From which age somebody may buy, gift and earn; by region where it differs from the default. */
const Ages = z.object({
  defaultYears: Years,
  regionYears: z.record(Region, Years),
  /** From which age somebody with an active guardian may buy and gift before that; by region, nowhere when absent. */
  wardYears: z.optional(z.record(Region, Years)),
});

/** For how many days after its purchase a buyer may withdraw from unused coins; by region where there is such a right. */
const Refunds = z.object({ withdrawalDefaultDays: Days, withdrawalRegionDays: z.record(Region, Days) });

/** What one user may buy; days and weeks (from Monday) are those of UTC, and amounts US cents. */
const PurchaseLimits = z.object({
  dailyMinor: Amount,
  weeklyMinor: Amount,
  /** In any 60 minutes, and on one day; orders that nobody paid are among them. */
  ordersPerHour: OrderCount,
  ordersPerDay: OrderCount,
});
export type PurchaseLimits = z.infer<typeof PurchaseLimits>;

const Limits = z.object({
  default: PurchaseLimits,
  /** In place of the default. */
  regions: z.record(Region, PurchaseLimits),
  /**
   * The reference rates by which prices count: what one major unit of a currency is taken for, in millionths of a US dollar.
   * Nothing can be bought in a currency without one, save US dollars.
   */
  usdMillionths: z.partialRecord(z.enum(currencies), PositiveAmount),
});

const BasisPoints = z.int().check(z.minimum(0), z.maximum(10_000));

/** What the dearest provider of a channel keeps of a payment: a share of the whole price, and a fixed amount in US cents. */
const ChannelFee = z.object({ basisPoints: BasisPoints, fixedUsdMinor: Amount });

/** What is left of a price before it is ours. Nothing is charged by it: it is what new versions are judged by. */
const Costs = z.object({
  /** The tax that a price includes, by region, on top of the price without it. */
  taxBasisPoints: z.record(Region, BasisPoints),
  fees: z.object({ app: ChannelFee, web: ChannelFee }),
});

/** The conditions of a gift's write compare with every region that differs from the default. */
const mostRegionsSwitched = 100;

/** What can be switched on and off for a region. Goods are things that are not used in the app: vouchers, merchandise. */
const SwitchSet = z.object({
  recharges: z.boolean(),
  gifts: z.boolean(),
  payouts: z.boolean(),
  goods: z.boolean(),
  leaderboards: z.boolean(),
});

const Switches = z.object({
  default: SwitchSet,
  /** What differs from the default there. */
  regions: z.record(Region, z.partial(SwitchSet)).check(
    z.refine((regions) => Object.keys(regions).length <= mostRegionsSwitched, {
      error: `must have at most ${mostRegionsSwitched} regions`,
    }),
  ),
});
export type Switches = z.infer<typeof Switches>;

/** The kinds of versioned configuration, each with its schema. */
export const catalogKinds = {
  packages: Packages,
  gifts: Gifts,
  rates: Rates,
  payouts: PayoutRules,
  ages: Ages,
  refunds: Refunds,
  limits: Limits,
  costs: Costs,
  switches: Switches,
  spending: SpendingRules,
  shop: Shop,
  campaigns: Campaigns,
  challenges: Challenges,
  ads: Ads,
  levels: Levels,
} as const;
export type CatalogKind = keyof typeof catalogKinds;
export type CatalogValue<Kind extends CatalogKind> = z.infer<(typeof catalogKinds)[Kind]>;

/** One version: `CATALOG#{kind}` / `FROM#{effectiveAt}`. The latest whose time has come is in force. */
export type CatalogVersion<Kind extends CatalogKind> = {
  version: string;
  effectiveAt: string;
  value: CatalogValue<Kind>;
};
