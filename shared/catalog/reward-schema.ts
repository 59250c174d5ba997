import * as z from 'zod/mini';
import { AppId, Region } from '../identifiers.ts';
import { largestAmount } from '../money/units.ts';
import { Moment } from '../store/items/common.ts';
import { largestGrantCoins, WorthBasisPoints } from '../store/items/wallet.ts';

const Code = z.string().check(z.regex(/^[a-z][a-z0-9_]{0,39}$/));
/** An opaque name: the app has the texts, in the languages of its users. */
const NameKey = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/));
const Times = z.int().check(z.minimum(1), z.maximum(100));

const offered = {
  code: Code,
  nameKey: NameKey,
  enabled: z.boolean(),
  /** Where it is on, by the user's region; everywhere when absent. */
  regions: z.optional(z.array(Region).check(z.minLength(1), z.maxLength(200))),
  /** Promotional coins that one entry, or one ad, brings: always the same, and published. */
  coins: z.int().check(z.minimum(1), z.maximum(largestGrantCoins)),
  /** The coins are good for so many days, and until the end of the last one (UTC). */
  expiresAfterDays: z.int().check(z.minimum(1), z.maximum(365)),
  /** What each makes of a paid coin's diamonds, in ten-thousandths. Nobody paid for these coins: usually they make none. */
  worthBasisPoints: z._default(WorthBasisPoints, 0),
};

/** Something that users do in the app, and are rewarded for once the app says that they have done it. */
const Challenge = z.object({
  ...offered,
  /** It is on from `from` until just before `until`. */
  from: Moment,
  until: Moment,
  /** What is to be done, and how often for one entry; absent when an entry is all there is to it. */
  task: z.optional(z.object({ taskId: AppId, count: z.int().check(z.minimum(1), z.maximum(1_000_000)) })),
  /** All that it may give, in coins. */
  budgetCoins: z.int().check(z.minimum(1), z.maximum(largestAmount)),
  /** For how many entries one user is rewarded. */
  timesPerUser: z._default(Times, 1),
});
export type Challenge = z.infer<typeof Challenge>;

export const Challenges = z.object({ challenges: z.array(Challenge).check(z.maxLength(100)) });
export type Challenges = z.infer<typeof Challenges>;

/** Where in the app users may watch an ad for coins. */
const AdPlacement = z.object({
  ...offered,
  /** For how many ads one user is rewarded on one day (UTC). */
  perUserPerDay: Times,
  /** The ad units of AdMob that stand for it, as its callbacks name them: the digits after the slash. */
  adMobUnits: z.optional(z.array(z.string().check(z.regex(/^\d{1,20}$/))).check(z.minLength(1), z.maxLength(20))),
});
export type AdPlacement = z.infer<typeof AdPlacement>;

export const Ads = z.object({ placements: z.array(AdPlacement).check(z.maxLength(100)) });
export type Ads = z.infer<typeof Ads>;

/** A new deployment has neither. */
export const firstChallenges: Challenges = { challenges: [] };
export const firstAds: Ads = { placements: [] };
