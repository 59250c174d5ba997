import * as z from 'zod/mini';
import { Region } from '../identifiers.ts';
import { largestAmount } from '../money/units.ts';
import { Moment } from '../store/items/common.ts';

const Code = z.string().check(z.regex(/^[a-z][a-z0-9_]{0,39}$/));
const PositiveAmount = z.int().check(z.minimum(1), z.maximum(largestAmount));
const Days = z.int().check(z.minimum(1), z.maximum(3_650));

const offered = {
  code: Code,
  name: z.string(),
  /** Coins for one. */
  coins: PositiveAmount,
  enabled: z.boolean(),
  /** It is sold from `from` until just before `until`. */
  from: z.optional(Moment),
  until: z.optional(Moment),
  /** Where it is sold; everywhere when absent. */
  regions: z.optional(z.array(Region).check(z.minLength(1))),
};

/** Something that a user may use in the app: for so many days, or for good when `days` is absent. */
const EntitlementDefinition = z.object({
  ...offered,
  type: z.enum(['sticker', 'filter', 'content']),
  days: z.optional(Days),
});
export type EntitlementDefinition = z.infer<typeof EntitlementDefinition>;

/** Something of which there are only so many. */
const GoodsDefinition = z.object({
  ...offered,
  type: z.enum(['voucher', 'merchandise']),
  /** As many can be ordered at once. */
  mostAtOnce: PositiveAmount,
});
export type GoodsDefinition = z.infer<typeof GoodsDefinition>;

/** What coins buy besides gifts. */
export const Shop = z
  .object({
    entitlements: z.array(EntitlementDefinition),
    /** Sold only where the switch `goods` is on. */
    goods: z.array(GoodsDefinition),
    /** An order of goods holds stock and coins for so long. */
    reservationMinutes: z.int().check(z.minimum(1), z.maximum(1_440)),
    promotion: z.object({
      minimumCoins: PositiveAmount,
      maximumCoins: PositiveAmount,
      longestDays: Days,
      /** So long after its end a promotion waits for the app to report what was spent. */
      lateReportHours: z.int().check(z.minimum(0), z.maximum(720)),
    }),
    /** After so many codes that could not be redeemed in an hour (of the clock, UTC) a user is asked to wait. */
    codeFailuresPerHour: z.int().check(z.minimum(1), z.maximum(1_000)),
  })
  .check(
    z.refine(({ entitlements, goods }) => {
      const codes = [...entitlements, ...goods].map(({ code }) => code);
      return new Set(codes).size === codes.length;
    }, 'must not sell two things under one code'),
  );
export type Shop = z.infer<typeof Shop>;
