import * as z from 'zod/mini';
import { AppId, Region, UuidV7 } from '../identifiers.ts';
import { Amount, Balance, ContextType, Day, Moment } from '../store/items/common.ts';
import { WalletStatus } from '../store/items/wallet.ts';
import { Limits, Purchases } from '../store/items/wallet-rules.ts';

export const UserPath = z.strictObject({ userId: AppId });

export const UserBody = z.strictObject({
  region: Region,
  birthDate: z.optional(Day),
  guardian: z.optional(AppId),
  refundDataConsent: z.optional(z.boolean()),
});
export type UserBody = z.infer<typeof UserBody>;

/** The birth date is not repeated: what the app needs is what it decides. */
export const UserAnswer = z.object({
  userId: AppId,
  region: Region,
  guardian: z.optional(AppId),
  refundDataConsent: z.boolean(),
  /** Whether the age was given; without it the user can neither buy nor gift. */
  ageKnown: z.boolean(),
  /** The first day on which the user may buy and gift. */
  mayBuyAndGiftFrom: z.optional(Day),
  registeredAt: Moment,
});

const LimitAnswer = z.object({
  coins: Amount,
  left: Balance,
  setBy: z.enum(['user', 'guardian']),
  /** Absent for the limit of one gift. */
  startsAgainAt: z.optional(Moment),
  /** What the user's own limit is going to be, no limit when it names no coins; and from when on. */
  pending: z.optional(z.object({ coins: z.optional(Amount), from: Moment })),
});

const PlatformLimit = z.object({ coins: Amount, left: Balance, startsAgainAt: z.optional(Moment) });

export const WalletAnswer = z.object({
  userId: AppId,
  /** Spendable: paid and promotional coins together. */
  coins: Balance,
  paidCoins: Balance,
  promoCoins: Balance,
  owedCoins: Balance,
  frozenCoins: Balance,
  /** Set aside for promotions that run and goods on hold, and not spent yet; told by reads. */
  reservedCoins: z.optional(Balance),
  status: WalletStatus,
  spent: z.object({ day: Balance, week: Balance, month: Balance }),
  /** The strictest of what the user and the guardian have set; empty where neither has. */
  limits: z.object({
    perGift: z.optional(LimitAnswer),
    day: z.optional(LimitAnswer),
    week: z.optional(LimitAnswer),
    month: z.optional(LimitAnswer),
  }),
  /** What the platform lets everybody of the wallet's tier spend; told by reads. */
  platformLimits: z.optional(
    z.object({
      perGift: z.optional(PlatformLimit),
      day: z.optional(PlatformLimit),
      week: z.optional(PlatformLimit),
      month: z.optional(PlatformLimit),
    }),
  ),
  /** There while the user has asked to neither buy nor spend. */
  break: z.optional(z.object({ coolOffUntil: z.optional(Moment), selfExcludedUntil: z.optional(Moment) })),
  /** There while a guardian is active. */
  guardian: z.optional(z.object({ userId: AppId, since: Moment, purchases: Purchases })),
  /** There while the user must prove their age before anything else. */
  ageDoubted: z.optional(z.literal(true)),
  /** Promotional coins by when they expire, the soonest first; absent without any. */
  promoLots: z.optional(z.array(z.object({ coins: Amount, expiresAt: Moment }))),
});

export const LimitsBody = Limits;

export const BreakBody = z.strictObject({ type: z.enum(['cool_off', 'self_exclusion']), until: Moment });
export type BreakBody = z.infer<typeof BreakBody>;

/** Why somebody doubts that a user is of age. No names of people belong in it. */
export const AgeDoubtReport = z.strictObject({ reason: z.string().check(z.minLength(3), z.maxLength(200)) });

/** A line of the statement. `coins` is signed: what came in is positive, what was spent negative. */
export const StatementLine = z.object({
  entryId: UuidV7,
  type: z.enum([
    'gift',
    'recharge',
    'grant',
    'expiry',
    'freeze',
    'thaw',
    'take_back',
    'give_back',
    'purchase',
    'reserve',
    'release',
    'redemption',
    'reward',
    'forfeit',
  ]),
  /** By how much the coins that can be spent changed. */
  coins: z.int(),
  at: Moment,
  gift: z.optional(
    z.object({
      creatorId: AppId,
      gift: z.string(),
      quantity: Amount,
      context: z.object({ type: ContextType, id: z.string() }),
      state: z.enum(['sent', 'credited']),
    }),
  ),
  /** What was bought, put on hold or got for a code. */
  item: z.optional(z.string()),
  /** The challenge, or the placement of the ad, that coins were a reward for. */
  challengeId: z.optional(z.string()),
  placement: z.optional(z.string()),
  /** The video that coins were set aside to promote. */
  videoId: z.optional(AppId),
  /** The promotion or order whose coins came back. */
  reservationId: z.optional(UuidV7),
  repaidCoins: z.optional(Amount),
  /** The recharge whose payment went back, may go back, or came again. */
  rechargeId: z.optional(UuidV7),
  /** By how much what the wallet owes changed. */
  owedCoins: z.optional(z.int()),
});
export type StatementLine = z.infer<typeof StatementLine>;

export const StatementAnswer = z.object({ entries: z.array(StatementLine), nextCursor: z.optional(z.string()) });
