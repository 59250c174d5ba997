import * as z from 'zod/mini';
import { AppId, UuidV7 } from '../identifiers.ts';
import { currencies } from '../money/currency.ts';
import { diamondsPattern } from '../money/diamonds.ts';
import { Reason } from '../operations/schemas.ts';
import { Amount, Day, Moment } from '../store/items/common.ts';
import {
  DestinationType,
  IdentityState,
  NameMatch,
  PayoutMethod,
  PayoutSchedule,
  TaxProfileState,
} from '../store/items/creator.ts';
import { PayoutReason, PayoutState } from '../store/items/payout.ts';

/** PayPal takes receivers of up to 127 characters. */
const Email = z.email().check(z.maxLength(127));

/** PayPal's payer ids: 13 capital letters and digits without those that look alike. */
const PayPalId = z.string().check(z.regex(/^[2-9A-HJ-NP-Z]{13}$/));

const Identity = z.strictObject({
  state: IdentityState,
  /** The last day on which the verification counts. */
  expiresOn: z.optional(Day),
});

const TaxProfile = z.strictObject({
  state: TaxProfileState,
  /** The last day on which it counts. */
  validUntil: z.optional(Day),
});

/** A name of a person or company; it is compared and not kept. */
const Name = z.string().check(z.maxLength(200), z.regex(/\p{L}/u));

/** Stripe's ids of accounts: https://docs.stripe.com/api/accounts/object */
const StripeAccountId = z.string().check(z.regex(/^acct_[A-Za-z0-9]{1,64}$/));

export const CreatorPath = z.strictObject({ creatorId: AppId });

const Destination = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('email'), value: Email }),
  z.strictObject({ type: z.literal('paypal_id'), value: PayPalId }),
  z.strictObject({ type: z.literal('stripe_account'), value: StripeAccountId }),
]);

/** The destinations that each method pays to. */
const destinationsOf: Record<PayoutMethod, z.infer<typeof Destination>['type'][]> = {
  paypal: ['email', 'paypal_id'],
  bank: ['stripe_account'],
};

const ProfileBody = z.strictObject({
  method: PayoutMethod,
  destination: Destination,
  schedule: PayoutSchedule,
  identity: Identity,
  /** To be compared with each other; of the two only is kept whether they match. */
  names: z.optional(z.strictObject({ legal: Name, atDestination: Name })),
  taxProfile: z.optional(TaxProfile),
});

export const PayoutProfileBody = ProfileBody.check(
  z.refine(({ method, destination }) => destinationsOf[method].includes(destination.type), {
    path: ['destination', 'type'],
    error: 'is no destination of this method: paypal pays to email or paypal_id, bank to stripe_account',
  }),
);
export type PayoutProfileBody = z.infer<typeof PayoutProfileBody>;

/** Enough to recognise a destination by, and not the destination. */
const MaskedDestination = z.object({ type: DestinationType, value: z.string() });

export const PayoutProfileAnswer = z.object({
  creatorId: AppId,
  method: PayoutMethod,
  destination: MaskedDestination,
  schedule: PayoutSchedule,
  /** Since when the destination is this one. */
  destinationSince: Moment,
  identity: Identity,
  nameMatch: z.enum([...NameMatch.options, 'unchecked']),
  taxProfile: z.optional(TaxProfile),
  /** From when on the next scheduled payout is due; absent without a schedule. */
  nextPayoutAt: z.optional(Moment),
  updatedAt: Moment,
});

const Diamonds = z.string().check(z.regex(diamondsPattern));

export const PayoutBody = z.strictObject({
  creatorId: AppId,
  /** A decimal string, or everything that can be paid out now. */
  diamonds: z.union([z.literal('all'), Diamonds], {
    error: 'must be "all" or a decimal string such as "1400" or "17499.5"',
  }),
});

/** Why a payout was skipped, held, failed or sent back, and what its creator can do. */
export const PayoutReasonAnswer = z.object({ ...PayoutReason.shape, action: z.string() });

const Cash = z.object({ amount: Amount, currency: z.enum(currencies) });

export const PayoutAnswer = z.object({
  payoutId: UuidV7,
  creatorId: AppId,
  state: PayoutState,
  diamonds: Diamonds,
  /** What the diamonds are worth; the creator gets `net`, the platform keeps `fee`. */
  gross: Cash,
  fee: Cash,
  net: Cash,
  /** What the creator owed for gifts that were taken back when the payout was made; it was deducted from what could be paid. */
  owed: z.optional(Diamonds),
  reason: z.optional(PayoutReasonAnswer),
  method: PayoutMethod,
  destination: z.optional(MaskedDestination),
  /** The provider's own name for the payment, to ask it by, and its own word for where the money is. */
  providerBatchId: z.optional(z.string()),
  providerState: z.optional(z.string()),
  requestedAt: Moment,
  updatedAt: Moment,
  runId: z.optional(UuidV7),
});

export const PayoutPath = z.strictObject({ payoutId: UuidV7 });

export const PayoutsAnswer = z.object({ payouts: z.array(PayoutAnswer), nextCursor: z.optional(z.string()) });

export const ApprovalBody = z.strictObject({
  decision: z.enum(['approve', 'reject']),
  /** Shown to the creator when the payout is rejected. */
  reason: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
});

export const PayoutHoldBody = z.strictObject({ held: z.boolean(), reason: Reason });
export type PayoutHoldBody = z.infer<typeof PayoutHoldBody>;

const PayoutHoldChange = z.object({ held: z.boolean(), reason: z.string(), by: z.string(), at: Moment });

export const PayoutHoldAnswer = z.object({ creatorId: AppId, ...PayoutHoldChange.shape });

export const PayoutHoldHistoryAnswer = z.object({
  creatorId: AppId,
  held: z.boolean(),
  /** The latest first. */
  changes: z.array(PayoutHoldChange),
});
