import { isUtf8 } from 'node:buffer';
import Stripe from 'stripe';
import * as z from 'zod/mini';
import type { ClaimedPayment, ClaimReport, Payment, ProviderReport } from './payment.ts';
import { readDispute, readRefund, readRefundedCharge, readWarning, type StripeClaim } from './stripe-claims.ts';
import { parseStripePayment } from './stripe-payment.ts';
import { parseStripeSession } from './stripe-session.ts';
import { WebhookRejected } from './webhook-rejected.ts';

/** How far a signature's time may lie from now, in both directions; Stripe's own libraries use 300 s for the past. */
const toleranceSeconds = 300;

export type StripeDelivery = {
  /** The bytes exactly as they came; anything re-serialized no longer matches its signature. */
  rawBody: Buffer | string;
  signatureHeader: string | undefined;
  webhookSecret: string;
  nowSeconds?: number;
};

/** What the kinds of events say that have a meaning here, from their object and the time at which Stripe made them. */
const meanings: Readonly<Record<string, (object: unknown, at: string) => Meaning>> = {
  'payment_intent.succeeded': (object) => ({ kind: 'payment_succeeded', payment: parseStripePayment(object) }),
  'payment_intent.payment_failed': (object) => ({ kind: 'payment_failed', payment: parseStripePayment(object) }),
  'checkout.session.completed': readCompletedSession,
  'checkout.session.async_payment_succeeded': readCompletedSession,
  'checkout.session.async_payment_failed': readFailedSession,
  'checkout.session.expired': readExpiredSession,
  'charge.refunded': (object) => claimOf(readRefundedCharge(object)),
  'refund.created': (object, at) => claimOf(readRefund(object, at)),
  'refund.updated': (object, at) => claimOf(readRefund(object, at)),
  'refund.failed': (object, at) => claimOf(readRefund(object, at)),
  'charge.dispute.created': (object, at) => claimOf(readDispute(object, at)),
  'charge.dispute.updated': (object, at) => claimOf(readDispute(object, at)),
  'charge.dispute.closed': (object, at) => claimOf(readDispute(object, at)),
  'charge.dispute.funds_withdrawn': (object, at) => claimOf(readDispute(object, at)),
  'charge.dispute.funds_reinstated': (object, at) => claimOf(readDispute(object, at)),
  'radar.early_fraud_warning.created': (object, at) => claimOf(readWarning(object, at)),
};

/** The kinds of events that the webhook is to be subscribed to. */
export const stripeEventTypes = Object.keys(meanings);

type Meaning =
  | { kind: 'payment_succeeded' | 'payment_failed'; payment: Payment }
  | { kind: 'claim'; about: ClaimedPayment; claims: ClaimReport[] }
  | { kind: 'checkout_expired'; rechargeId: string }
  | { kind: 'unhandled' };

/** A session may be complete and its payment with a bank for days; a later event tells how that ended. */
function readCompletedSession(object: unknown): Meaning {
  const { payment } = parseStripeSession(object);
  return payment?.status === 'succeeded' ? { kind: 'payment_succeeded', payment } : { kind: 'unhandled' };
}

function readFailedSession(object: unknown): Meaning {
  const { payment } = parseStripeSession(object);
  if (!payment) return { kind: 'unhandled' };
  return { kind: 'payment_failed', payment: { ...payment, status: 'open', failureCode: 'async_payment_failed' } };
}

/** Nobody can pay any more: Stripe expires no session that is being paid. */
function readExpiredSession(object: unknown): Meaning {
  const { rechargeId } = parseStripeSession(object);
  return rechargeId === undefined ? { kind: 'unhandled' } : { kind: 'checkout_expired', rechargeId };
}

/** A charge that belongs to no PaymentIntent is none of ours: every payment here is made as one. */
function claimOf(news: StripeClaim | undefined): Meaning {
  return news ? { kind: 'claim', ...news } : { kind: 'unhandled' };
}

const event = z.object({
  object: z.literal('event'),
  id: z.string().check(z.minLength(1)),
  type: z.string().check(z.minLength(1)),
  created: z.int().check(z.nonnegative()),
  data: z.object({ object: z.unknown() }),
});

/** Verifies a delivery from Stripe and reads its event. Throws `WebhookRejected` when it is not to be believed. */
export function readStripeEvent(delivery: StripeDelivery): ProviderReport {
  const payload = verifiedPayload(delivery);
  try {
    return meaningOf(payload);
  } catch (error) {
    throw new WebhookRejected('malformed', 'the event does not have the shape of a Stripe event', { cause: error });
  }
}

/** What an event says that came from Stripe itself. Throws a `ZodError` when it has not the shape of one. */
export function meaningOf(payload: unknown): ProviderReport {
  const { id, type, created, data } = event.parse(payload);
  const read = Object.hasOwn(meanings, type) ? meanings[type] : undefined;
  const at = new Date(created * 1000).toISOString();
  return { eventId: id, type, ...(read ? read(data.object, at) : { kind: 'unhandled' }) };
}

/** The JSON of a delivery that Stripe signed just now. Throws `WebhookRejected`. */
export function verifiedPayload({
  rawBody,
  signatureHeader,
  webhookSecret,
  nowSeconds = Date.now() / 1000,
}: StripeDelivery): unknown {
  if (!signatureHeader) throw new WebhookRejected('missing_signature', 'there is no stripe-signature header');
  // The SDK verifies decoded text, in which every invalid byte looks the same; genuine deliveries are valid UTF-8.
  if (typeof rawBody !== 'string' && !isUtf8(rawBody)) throw new WebhookRejected('malformed', 'the body is not UTF-8');
  const signedAtSeconds = signatureTime(signatureHeader);
  const payload = verifySignature({ rawBody, signatureHeader, webhookSecret });
  // The SDK accepts any time in the future, so both bounds are checked here and its own check is switched off with 0.
  if (Math.abs(nowSeconds - signedAtSeconds) > toleranceSeconds) {
    throw new WebhookRejected('stale', `it was signed at ${signedAtSeconds}, and it is ${Math.floor(nowSeconds)}`);
  }
  return payload;
}

function verifySignature(delivery: { rawBody: Buffer | string; signatureHeader: string; webhookSecret: string }) {
  try {
    return Stripe.webhooks.constructEvent(delivery.rawBody, delivery.signatureHeader, delivery.webhookSecret, 0);
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) {
      throw new WebhookRejected('bad_signature', 'no signature matches the body', { cause: error });
    }
    throw new WebhookRejected('malformed', 'the body is not a Stripe event', { cause: error });
  }
}

/** The signed time of a header `t=…,v1=…`. More than one time would let the checked one differ from the signed one. */
function signatureTime(signatureHeader: string): number {
  const times = signatureHeader.split(',').filter((part) => part.startsWith('t='));
  const [time] = times;
  if (times.length !== 1 || !time || !/^t=\d{1,12}$/.test(time)) {
    throw new WebhookRejected('bad_signature', 'the stripe-signature header has no single time');
  }
  return Number(time.slice(2));
}
