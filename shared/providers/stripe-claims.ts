import * as z from 'zod/mini';
import { minor } from '../money/units.ts';
import type { Claim, ClaimedPayment, ClaimReport } from './payment.ts';
import { fromStripeAmount } from './provider-amounts.ts';

/** What one of Stripe's objects says of money that goes back. */
export type StripeClaim = { about: ClaimedPayment; claims: ClaimReport[] };

const money = {
  amount: z.int().check(z.nonnegative()),
  currency: z.string().check(z.regex(/^[a-z]{3}$/)),
};
const metadata = z.optional(z.nullable(z.record(z.string(), z.string())));
/** Stripe sends the id, or the whole PaymentIntent where somebody asked for it. */
const paymentIntent = z.optional(z.nullable(z.union([z.string(), z.object({ id: z.string() })])));

const charge = z.object({
  object: z.literal('charge'),
  payment_intent: paymentIntent,
  amount_refunded: z.int().check(z.nonnegative()),
  currency: money.currency,
  metadata,
});

/** `charge.refunded` tells the running total of what was refunded, in any number of parts. */
export function readRefundedCharge(value: unknown): StripeClaim | undefined {
  const { amount_refunded: amount, ...named } = charge.parse(value);
  return newsOf(named, [{ refundedMinor: amountOf({ ...named, amount }) }]);
}

const refund = z.object({
  object: z.literal('refund'),
  id: z.string().check(z.minLength(1)),
  ...money,
  payment_intent: paymentIntent,
  metadata,
  status: z.optional(z.nullable(z.string())),
});

/** Each refund by itself: it may be pending for days, and may fail after it succeeded (https://docs.stripe.com/refunds#failed-refunds). */
export function readRefund(value: unknown, at: string): StripeClaim | undefined {
  const { id, status, ...named } = refund.parse(value);
  // A refund that we asked for ourselves carries our own name of it, under which it is known already.
  const claimId = named.metadata?.claimId ?? id;
  const claim: Claim = { kind: 'refund', claimId, state: refundState(status), amountMinor: amountOf(named), at };
  return newsOf(named, [{ claim }]);
}

function refundState(status: string | null | undefined): 'pending' | 'succeeded' | 'failed' {
  if (status === 'succeeded') return 'succeeded';
  return status === 'failed' || status === 'canceled' ? 'failed' : 'pending';
}

/** A refund as Stripe's API answers it, which is how it stands since it was made. Throws when it is none. */
export function parseStripeRefund(value: unknown): Claim {
  const { created } = z.parse(z.object({ created: z.int() }), value);
  const news = readRefund(value, new Date(created * 1000).toISOString());
  const claim = news?.claims[0]?.claim;
  if (!claim) throw new Error('The refund belongs to no PaymentIntent.');
  return claim;
}

const dispute = z.object({
  object: z.literal('dispute'),
  id: z.string().check(z.minLength(1)),
  ...money,
  payment_intent: paymentIntent,
  metadata,
  status: z.string(),
});

/** Inquiries (`warning_…`) take no money yet; `prevented` ended before it began (https://docs.stripe.com/disputes/how-disputes-work). */
export function readDispute(value: unknown, at: string): StripeClaim | undefined {
  const { id, status, ...named } = dispute.parse(value);
  const known = { claimId: id, amountMinor: amountOf(named), at };
  return newsOf(named, [{ claim: { ...known, kind: 'dispute', state: disputeState(status) } }]);
}

function disputeState(status: string): 'open' | 'won' | 'lost' {
  if (status === 'lost') return 'lost';
  return status === 'won' || status === 'warning_closed' || status === 'prevented' ? 'won' : 'open';
}

const warning = z.object({
  object: z.literal('radar.early_fraud_warning'),
  id: z.string().check(z.minLength(1)),
  payment_intent: paymentIntent,
});

/** The card's network suspects fraud; a dispute may follow (https://docs.stripe.com/disputes/measuring#early-fraud-warnings). */
export function readWarning(value: unknown, at: string): StripeClaim | undefined {
  const { id, ...named } = warning.parse(value);
  const claim: Claim = { kind: 'warning', claimId: id, state: 'open', amountMinor: minor(0), at };
  return newsOf(named, [{ claim }]);
}

function amountOf({ amount, currency }: { amount: number; currency: string }) {
  return fromStripeAmount({ amount, currency: currency.toUpperCase() });
}

type Named = {
  payment_intent?: z.infer<typeof paymentIntent>;
  currency?: string;
  metadata?: z.infer<typeof metadata>;
};

function newsOf({ payment_intent: intent, currency, metadata }: Named, claims: ClaimReport[]): StripeClaim | undefined {
  const paymentId = typeof intent === 'string' ? intent : intent?.id;
  if (paymentId === undefined) return undefined;
  const rechargeId = metadata?.rechargeId;
  const about = { paymentId, ...(rechargeId && { rechargeId }), ...(currency && { currency: currency.toUpperCase() }) };
  return { about, claims };
}
