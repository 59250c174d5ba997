import * as z from 'zod/mini';
import { AppId, Region } from '../identifiers.ts';
import { largestAmount } from '../money/units.ts';
import { Moment } from '../store/items/common.ts';
import { WorthBasisPoints } from '../store/items/wallet.ts';

const Code = z.string().check(z.regex(/^[a-z][a-z0-9_]{0,39}$/));
const PositiveAmount = z.int().check(z.minimum(1), z.maximum(largestAmount));
const Days = z.int().check(z.minimum(1), z.maximum(3_650));
const Times = z.int().check(z.minimum(1), z.maximum(10_000));

/** A name of a list must be in it at least once; everything is meant when there is no list. */
function listOf<Name extends z.ZodMiniType>(name: Name) {
  return z.optional(z.array(name).check(z.minLength(1), z.maxLength(200)));
}

const offered = {
  code: Code,
  name: z.string(),
  enabled: z.boolean(),
  /** It holds from `from` until just before `until`. */
  from: Moment,
  until: Moment,
  /** Where it holds, by the user's region; everywhere when absent. */
  regions: listOf(Region),
  /** All that it may give, in coins; of a discount, the coins that the lower price is worth. */
  budgetCoins: PositiveAmount,
  /** How often one user may take part. */
  timesPerUser: z._default(Times, 1),
  /** How many coins one user may get of it; no limit but `timesPerUser` when absent. */
  coinsPerUser: z.optional(PositiveAmount),
};

/** Coins that are given: how long they are good, and how much of a paid coin's diamonds one makes, in ten-thousandths. */
const given = { expiresAfterDays: Days, worthBasisPoints: WorthBasisPoints };

const forPurchases = {
  ...offered,
  channels: listOf(z.enum(['app', 'web'])),
  /** Ids of packages; all packages of the price lists when absent, and never custom amounts. */
  packages: listOf(AppId),
  eligibility: z._default(
    z.object({
      /** Only users to whom no payment has brought coins yet. */
      firstPurchase: z.optional(z.literal(true)),
      /** Only users whose wallet was opened in the last so many days. */
      newUserDays: z.optional(Days),
    }),
    {},
  ),
  /** Whether a bonus goes together with a discount that is stackable as well. */
  stackable: z._default(z.boolean(), false),
};

/** More coins for the same price. */
const BonusCampaign = z.object({
  ...forPurchases,
  ...given,
  kind: z.literal('bonus'),
  /** So many coins, or a share of the coins that are bought, in ten-thousandths, rounded down. */
  bonus: z.union([
    z.strictObject({ coins: PositiveAmount }),
    z.strictObject({ basisPoints: z.int().check(z.minimum(1), z.maximum(100_000)) }),
  ]),
});
export type BonusCampaign = z.infer<typeof BonusCampaign>;

/** The same coins for a lower price. */
const DiscountCampaign = z.object({
  ...forPurchases,
  kind: z.literal('discount'),
  /** What is taken off the price, in ten-thousandths; the price that is left is rounded up. */
  discountBasisPoints: z.int().check(z.minimum(1), z.maximum(9_999)),
});
export type DiscountCampaign = z.infer<typeof DiscountCampaign>;
export type PurchaseCampaign = BonusCampaign | DiscountCampaign;

/** A task of the app's own; whoever does it gets what was said before, whatever the outcome. */
const ChallengeCampaign = z.object({
  ...offered,
  ...given,
  worthBasisPoints: z._default(WorthBasisPoints, 0),
  kind: z.literal('challenge'),
  /** Coins for each entry that is completed. */
  coins: PositiveAmount,
  /** An entry that is not completed so long after it began lapses. */
  completeWithinHours: z.int().check(z.minimum(1), z.maximum(8_760)),
});
export type ChallengeCampaign = z.infer<typeof ChallengeCampaign>;

/** An advertisement that was watched to its end, as the ad server says. */
const AdCampaign = z.object({
  ...offered,
  ...given,
  worthBasisPoints: z._default(WorthBasisPoints, 0),
  kind: z.literal('ad'),
  /** Coins for each advertisement. */
  coins: PositiveAmount,
  /** How many one user is paid for on a day (UTC). */
  timesPerUserDay: Times,
});
export type AdCampaign = z.infer<typeof AdCampaign>;

export const Campaign = z.discriminatedUnion('kind', [
  BonusCampaign,
  DiscountCampaign,
  ChallengeCampaign,
  AdCampaign,
]);
export type Campaign = z.infer<typeof Campaign>;

export const Campaigns = z.object({ campaigns: z.array(Campaign).check(z.maxLength(500)) });
export type Campaigns = z.infer<typeof Campaigns>;

/** A new deployment has none. */
export const firstCampaigns: Campaigns = { campaigns: [] };

export function isForPurchases(campaign: Campaign): campaign is PurchaseCampaign {
  return campaign.kind === 'bonus' || campaign.kind === 'discount';
}
