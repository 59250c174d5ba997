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
  ...offered,
  /** How long the coins are good, and how much of a paid coin's diamonds one of them makes, in ten-thousandths. */
  expiresAfterDays: Days,
  worthBasisPoints: WorthBasisPoints,
  kind: z.literal('bonus'),
  /** So many coins, or a share of the coins that are bought, in ten-thousandths, rounded down. */
  bonus: z.union([
    z.strictObject({ coins: PositiveAmount }),
    z.strictObject({ basisPoints: z.int().check(z.minimum(1), z.maximum(100_000)) }),
  ]),
});

/** The same coins for a lower price. */
const DiscountCampaign = z.object({
  ...offered,
  kind: z.literal('discount'),
  /** What is taken off the price, in ten-thousandths; the price that is left is rounded up. */
  discountBasisPoints: z.int().check(z.minimum(1), z.maximum(9_999)),
});
export type DiscountCampaign = z.infer<typeof DiscountCampaign>;

const Campaign = z.discriminatedUnion('kind', [BonusCampaign, DiscountCampaign]);
export type Campaign = z.infer<typeof Campaign>;

export const Campaigns = z.object({ campaigns: z.array(Campaign).check(z.maxLength(500)) });
export type Campaigns = z.infer<typeof Campaigns>;

/** A new deployment has none. */
export const firstCampaigns: Campaigns = { campaigns: [] };
