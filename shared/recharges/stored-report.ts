import * as z from 'zod/mini';
import { Amount, Moment, providerNames } from '../store/items/common.ts';
import { StoredClaim } from '../store/items/recharge.ts';
import type { KnownReport } from './receive-report.ts';

const event = { eventId: z.string(), type: z.string() };

const payment = z.object({
  provider: z.enum(providerNames),
  paymentId: z.string(),
  status: z.enum(['open', 'processing', 'succeeded', 'canceled']),
  amountMinor: Amount,
  amountReceivedMinor: Amount,
  currency: z.string(),
  productId: z.optional(z.string()),
  quantity: z.optional(z.int()),
  storefront: z.optional(z.string()),
  rechargeId: z.optional(z.string()),
  userId: z.optional(z.string()),
  failureCode: z.optional(z.string()),
});

const claim = z.intersection(z.object({ claimId: z.string(), amountMinor: Amount, at: Moment }), StoredClaim);

/** A report as `providers/payment.ts` describes it, after it was kept with a parked event. */
const Report = z.discriminatedUnion('kind', [
  z.object({ ...event, kind: z.enum(['payment_succeeded', 'payment_failed']), payment }),
  z.object({
    ...event,
    kind: z.literal('claim'),
    about: z.object({
      paymentId: z.string(),
      rechargeId: z.optional(z.string()),
      currency: z.optional(z.string()),
    }),
    claims: z.array(z.object({ claim: z.optional(claim), refundedMinor: z.optional(Amount) })),
  }),
  z.object({ ...event, kind: z.literal('checkout_expired'), rechargeId: z.string() }),
]);

/** Reads a report that was kept. Throws when it is none. */
export function parseStoredReport(text: string): KnownReport {
  // What was left out stays left out: JSON has no `undefined`, which is all that the types differ in beside the brands.
  return z.parse(Report, JSON.parse(text)) as KnownReport;
}
