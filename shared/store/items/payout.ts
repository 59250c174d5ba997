import * as z from 'zod/mini';
import { currencies } from '../../money/currency.ts';
import type { Item } from '../table.ts';
import { Amount, Moment } from './common.ts';
import { PayoutMethod, PayoutProfile } from './creator.ts';

export const PayoutState = z.enum([
  'awaiting_approval',
  'requested',
  'submitting',
  'submitted',
  'paid',
  'failed',
  'returned',
  'blocked',
  'skipped',
]);
export type PayoutState = z.infer<typeof PayoutState>;

/** Every reason for which a payout is refused, skipped, held, failed or sent back. */
export const PayoutReasonCode = z.enum([
  'no_payout_profile',
  'payout_on_hold',
  'payouts_switched_off',
  'identity_unverified',
  'identity_rejected',
  'identity_expired',
  'name_mismatch',
  'name_unchecked',
  'tax_profile_missing',
  'tax_profile_expired',
  'method_not_offered',
  'destination_cooling_off',
  'destination_changed',
  'fraction',
  'below_minimum',
  'fee_exceeds_amount',
  'day_limit_reached',
  'week_limit_reached',
  'insufficient_diamonds',
  'approval_required',
  'approval_declined',
  'approval_void',
  'own_payout',
  'own_profile_change',
  'own_hold_lift',
  'provider_unclaimed',
  'provider_on_hold',
  'provider_refused',
  'provider_failed',
  'provider_blocked',
  'provider_returned',
]);
export type PayoutReasonCode = z.infer<typeof PayoutReasonCode>;

/** A stable code, and the sentence for the creator as it was true at the time. */
export const PayoutReason = z.object({ code: PayoutReasonCode, sentence: z.string() });
export type PayoutReason = z.infer<typeof PayoutReason>;

/** One withdrawal: `PAYOUT#{id}` / `PAYOUT`. */
export const Payout = z.object({
  payoutId: z.string(),
  creatorId: z.string(),
  /** What was asked for: a decimal string of diamonds, or `all`. */
  asked: z.string(),
  milliDiamonds: Amount,
  grossMinor: Amount,
  feeMinor: Amount,
  netMinor: Amount,
  currency: z.enum(currencies),
  /** What the creator owed when the payout was made, which was therefore not to be paid. */
  owedMilliDiamonds: z.optional(Amount),
  method: PayoutMethod,
  destination: z.optional(PayoutProfile.shape.destination),
  /** The profile's `destinationSince` when the payout was decided on. */
  destinationSince: z.optional(Moment),
  ratesVersion: z.string(),
  feesVersion: z.string(),
  state: PayoutState,
  reason: z.optional(PayoutReason),
  requestedBy: z.string(),
  approvedBy: z.optional(z.string()),
  approvedAt: z.optional(Moment),
  declinedBy: z.optional(z.string()),
  runId: z.optional(z.string()),
  /** The batch in which the provider may have it. */
  batchId: z.optional(z.string()),
  /** Set when a batch was refused that it was in: the next one has no other payout, so that it alone is judged. */
  sentAlone: z.optional(z.literal(true)),
  /** When the provider was last called to pay it, before payouts were sent in batches; a batch has its own. */
  attemptedAt: z.optional(Moment),
  providerBatchId: z.optional(z.string()),
  providerItemId: z.optional(z.string()),
  /** The provider's own last word on the item. */
  providerState: z.optional(z.string()),
  requestedAt: Moment,
  updatedAt: Moment,
  version: z.int(),
  dueBucket: z.optional(z.string()),
  dueAt: z.optional(Moment),
});
export type Payout = z.infer<typeof Payout>;

export function parsePayout(item: Item): Payout {
  return z.parse(Payout, item);
}
