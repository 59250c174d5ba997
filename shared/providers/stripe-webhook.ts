import { isUtf8 } from 'node:buffer';
import Stripe from 'stripe';
import * as z from 'zod/mini';
import { parseStripePayment, type StripePayment } from './stripe-payment.ts';
import { WebhookRejected } from './webhook-rejected.ts';

/** How far a signature's time may lie from now, in both directions; Stripe's own libraries use 300 s for the past. */
const toleranceSeconds = 300;

export type StripeEvent =
  | {
      kind: 'payment_succeeded' | 'payment_failed';
      eventId: string;
      /** RFC 3339, UTC: when Stripe made the event, which is not when it was delivered. */
      createdAt: string;
      payment: StripePayment;
    }
  | { kind: 'unhandled'; eventId: string; type: string };

export type StripeDelivery = {
  /** The bytes exactly as they came; anything re-serialized no longer matches its signature. */
  rawBody: Buffer | string;
  signatureHeader: string | undefined;
  webhookSecret: string;
  nowSeconds?: number;
};

const eventKinds: ReadonlyMap<string, 'payment_succeeded' | 'payment_failed'> = new Map([
  ['payment_intent.succeeded', 'payment_succeeded'],
  ['payment_intent.payment_failed', 'payment_failed'],
]);

const event = z.object({
  object: z.literal('event'),
  id: z.string().check(z.minLength(1)),
  type: z.string().check(z.minLength(1)),
  created: z.int().check(z.nonnegative()),
  data: z.object({ object: z.unknown() }),
});

/** Verifies a delivery from Stripe and reads its event. Throws `WebhookRejected` when it is not to be believed. */
export function readStripeEvent(delivery: StripeDelivery): StripeEvent {
  const payload = verify(delivery);
  try {
    const { id, type, created, data } = event.parse(payload);
    const kind = eventKinds.get(type);
    if (!kind) return { kind: 'unhandled', eventId: id, type };
    const createdAt = new Date(created * 1000).toISOString();
    return { kind, eventId: id, createdAt, payment: parseStripePayment(data.object) };
  } catch (error) {
    throw new WebhookRejected('malformed', 'the event does not have the shape of a Stripe event', { cause: error });
  }
}

function verify({ rawBody, signatureHeader, webhookSecret, nowSeconds = Date.now() / 1000 }: StripeDelivery): unknown {
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
