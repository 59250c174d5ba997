import * as z from 'zod/mini';
import { largestAmount } from '../money/units.ts';
import { Limits } from '../store/items/wallet-rules.ts';

/** The name of a tier, as operators give it to wallets. */
export const TierName = z.string().check(z.regex(/^[a-z][a-z0-9_]{0,39}$/));

/** The tier of every wallet that was given no other. */
export const defaultTier = 'default';

/** A hundred dollars in diamonds, at two coins for each. Whatever one operator does alone costs no more. */
const usualWorthCoinsPerDay = 20_000;

const Days = z.int().check(z.minimum(1), z.maximum(3_650));
const Hours = z.int().check(z.minimum(0), z.maximum(8_760));

/** What the platform lets anybody spend, and how users and guardians limit themselves and each other. */
export const SpendingRules = z.object({
  /** The caps of the tier `default`, and of wallets whose tier is no longer there. */
  default: Limits,
  tiers: z
    .record(TierName, Limits)
    .check(z.refine((tiers) => !(defaultTier in tiers), { error: `must have no "${defaultTier}": it stands apart` })),
  /** A user's own limit that is raised or removed holds this long; 0 is at once. */
  increaseAfterHours: Hours,
  coolOffMaximumDays: Days,
  selfExclusionMinimumDays: Days,
  /** For how long a guardian can answer, and the approved purchase then be made. */
  approvalHours: z.int().check(z.minimum(1), z.maximum(720)),
  /** Grants and codes of a day (UTC) are worth no more to creators than so many bought coins, whoever of the operators gives them. */
  givenWorthCoinsPerDay: z._default(z.int().check(z.minimum(0), z.maximum(largestAmount)), usualWorthCoinsPerDay),
});
export type SpendingRules = z.infer<typeof SpendingRules>;

/** What a new deployment starts with, and what holds in an older one until its first version is put. */
export const spendingDefaults: SpendingRules = {
  // Ordinary use never meets them: in a day somebody spends at most what one purchase of any amount can bring.
  default: { day: 500_000, week: 2_000_000, month: 6_000_000 },
  tiers: {
    trusted: { day: 5_000_000, week: 20_000_000, month: 60_000_000 },
    restricted: { day: 5_000, week: 20_000, month: 50_000 },
  },
  increaseAfterHours: 24,
  coolOffMaximumDays: 42,
  selfExclusionMinimumDays: 180,
  approvalHours: 24,
  givenWorthCoinsPerDay: usualWorthCoinsPerDay,
};
