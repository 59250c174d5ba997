import * as z from 'zod/mini';
import { AppId, Region, UuidV7 } from '../identifiers.ts';
import { currencies } from '../money/currency.ts';
import { diamondsPattern } from '../money/diamonds.ts';
import { Amount, Day, GiftContext, Moment } from '../store/items/common.ts';

export const CreatorPath = z.strictObject({ creatorId: AppId });

export const CreatorBody = z.strictObject({ ownerUserId: AppId, region: Region, giftsEnabled: z.boolean() });
export type CreatorBody = z.infer<typeof CreatorBody>;

export const CreatorAnswer = z.object({
  creatorId: AppId,
  ownerUserId: AppId,
  region: Region,
  giftsEnabled: z.boolean(),
  createdAt: Moment,
});

const Diamonds = z.string().check(z.regex(diamondsPattern));
/** Minor units and the ISO 4217 code they are of. */
export const Cash = z.object({ amount: Amount, currency: z.enum(currencies) });

export const EarningsAnswer = z.object({
  creatorId: AppId,
  diamonds: z.object({
    maturing: Diamonds,
    available: Diamonds,
    held: Diamonds,
    paidOut: Diamonds,
    lifetime: Diamonds,
    /** Owed for gifts whose payment went back; `available` is what is left after it. */
    owed: z.optional(Diamonds),
  }),
  /** When what is maturing becomes available. */
  maturingByDay: z.array(z.object({ availableOn: Day, diamonds: Diamonds })),
  cash: z.object({ available: Cash }),
  rate: z.object({ usdMinorPerDiamond: Amount, coinsPerDiamond: Amount, version: z.string() }),
});

/** A line of a creator's statement. `diamonds` is signed: what was earned or came back is positive. */
export const CreatorLine = z.object({
  entryId: UuidV7,
  type: z.enum([
    'credit',
    'payout_hold',
    'payout_release',
    'payout_paid',
    'payout_returned',
    'reversal',
    'reversal_undone',
  ]),
  diamonds: z.string(),
  at: Moment,
  payoutId: z.optional(UuidV7),
  /** The gift whose coins were taken back, or came again. */
  giftId: z.optional(UuidV7),
  /** What of it is owed, because it had been paid out, or no longer owed. */
  owedDiamonds: z.optional(Diamonds),
  gifts: z.optional(
    z.array(
      z.object({
        giftId: UuidV7,
        senderId: AppId,
        gift: z.string(),
        quantity: Amount,
        coins: Amount,
        diamonds: Diamonds,
        /** Where it was sent. */
        context: z.optional(GiftContext),
      }),
    ),
  ),
});
export type CreatorLine = z.infer<typeof CreatorLine>;

export const CreatorStatementAnswer = z.object({ entries: z.array(CreatorLine), nextCursor: z.optional(z.string()) });
