import * as z from 'zod/mini';
import { Amount, Moment } from './common.ts';

/** What can be limited: the coins of one gift (or anything else that is paid with coins), of a day, a week and a month. */
export const limitNames = ['perGift', 'day', 'week', 'month'] as const;
export type LimitName = (typeof limitNames)[number];

/** In coins. Days, weeks (from Monday) and months are those of UTC; what is absent is not limited. */
export const Limits = z.strictObject({
  perGift: z.optional(Amount),
  day: z.optional(Amount),
  week: z.optional(Amount),
  month: z.optional(Amount),
});
export type Limits = z.infer<typeof Limits>;

/** A limit that is to be raised, or removed when it names no coins. */
export const PendingLimit = z.object({ coins: z.optional(Amount), from: Moment });
export type PendingLimit = z.infer<typeof PendingLimit>;

/** What users limit themselves to; what is stricter holds at once, what is looser waits. */
const OwnLimits = z.object({
  limits: Limits,
  pending: z.optional(
    z.object({
      perGift: z.optional(PendingLimit),
      day: z.optional(PendingLimit),
      week: z.optional(PendingLimit),
      month: z.optional(PendingLimit),
    }),
  ),
});
export type OwnLimits = z.infer<typeof OwnLimits>;

export const Purchases = z.enum(['allowed', 'approval', 'blocked']);

/** A guardian whom both have agreed to, and what the guardian says. */
const GuardianRules = z.object({
  userId: z.string(),
  since: Moment,
  /** The ward was not of age when it began, and it ends when the ward is. */
  endsWhenAdult: z.boolean(),
  purchases: Purchases,
  limits: Limits,
});
export type GuardianRules = z.infer<typeof GuardianRules>;

/**
 * What is not as for everybody else. Part of the wallet, so that whatever is spent is decided from it and can never be
 * decided from anything older; absent in ordinary wallets.
 */
export const WalletRules = z.object({
  /** Whose caps of the platform hold; `default` when absent. */
  tier: z.optional(z.string()),
  own: z.optional(OwnLimits),
  coolOffUntil: z.optional(Moment),
  selfExcludedUntil: z.optional(Moment),
  guardian: z.optional(GuardianRules),
  /** Somebody has reason to doubt that the user is of age. */
  ageDoubt: z.optional(z.object({ reason: z.string(), by: z.string(), at: Moment })),
});
export type WalletRules = z.infer<typeof WalletRules>;

const RuleChangeKind = z.enum(['limits', 'break', 'guardian', 'guardian_rules', 'tier', 'age_doubt']);

/** One change of a wallet's rules, kept for ever: `WALLET#{userId}` / `CHANGE#{uuidv7}`. */
export const RuleChange = z.object({
  changeId: z.string(),
  userId: z.string(),
  at: Moment,
  kind: RuleChangeKind,
  /** In whose name it was asked for, and the client of the token that asked. */
  actor: z.enum(['user', 'guardian', 'app', 'operator']),
  caller: z.string(),
  reason: z.optional(z.string()),
  /** All rules as they were afterwards; absent when there were none left. */
  rules: z.optional(WalletRules),
});
export type RuleChange = z.infer<typeof RuleChange>;
