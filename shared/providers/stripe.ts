import Stripe from 'stripe';
import * as z from 'zod/mini';
import type { Currency } from '../money/currency.ts';
import type { Minor } from '../money/units.ts';
import type { Claim, Payment } from './payment.ts';
import { toStripeAmount } from './provider-amounts.ts';
import { ProviderOutcomeUnknown } from './provider-outcome-unknown.ts';
import { RefundRefused } from './refund-refused.ts';
import { parseStripeRefund } from './stripe-claims.ts';
import { parseStripePayment } from './stripe-payment.ts';
import { parseStripeSession, type StripeSession } from './stripe-session.ts';

/**
 * Talks to Stripe through its own SDK, which adds about 240 kB and 20 ms of start time to a function: only the recharge
 * functions import this file. The package offers no smaller entry point.
 */
export type StripePayments = {
  /**
   * Opens a payment for a recharge. Repeating it for the same recharge gives the same payment: the idempotency key is
   * derived from the recharge. Stripe may forget keys after 24 hours, so an order older than that must not be repeated.
   * Throws `ProviderOutcomeUnknown` when it is worth repeating, `AmountNotRepresentable` before anything is sent, and
   * Stripe's own errors when Stripe refuses the request or the API key.
   */
  createPaymentIntent(order: NewPayment): Promise<OpenedPayment>;
  /** Reads a payment as it is now. Throws `ProviderOutcomeUnknown` when Stripe cannot be asked at the moment. */
  retrievePaymentIntent(paymentId: string): Promise<Payment>;
  /**
   * Sees to it that nobody can pay it any more, and gives the payment as it is then: a buyer may have been faster. Errors as
   * above.
   */
  cancelPaymentIntent(paymentId: string): Promise<Payment>;
  /** Opens a page of Stripe's own on which a recharge is paid; as `createPaymentIntent` for repetitions and errors. */
  createSession(order: NewSession): Promise<StripeSession>;
  /** Reads a session as it is now; as `retrievePaymentIntent` for errors. */
  retrieveSession(sessionId: string): Promise<StripeSession>;
  /** As `cancelPaymentIntent`; the payment of a session ends with it, and by nothing else. */
  expireSession(sessionId: string): Promise<StripeSession>;
  /**
   * Gives back a part of a payment, once for a `claimId`: a refund that has it is looked for first, because Stripe may
   * forget keys after 24 hours. Throws `RefundRefused` when Stripe will not, and `ProviderOutcomeUnknown` as above.
   */
  refund(wanted: NewRefund): Promise<Claim>;
};

type NewRefund = { paymentId: string; claimId: string; amountMinor: Minor; currency: Currency };

export type NewPayment = {
  rechargeId: string;
  userId: string;
  amountMinor: Minor;
  currency: Currency;
  description: string;
};

type NewSession = NewPayment & {
  /** Where the page sends the buyer who has paid, or has not. */
  successUrl: string;
  cancelUrl: string;
  expiresAt: Date;
};

type OpenedPayment = {
  paymentId: string;
  /** Lets the buyer's device pay this one payment; it belongs in the answer to that buyer and in no log. */
  clientSecret: string;
  status: Payment['status'];
};

export type StripeConnection = {
  apiKey: string;
  /** Origin of the API, https://api.stripe.com unless a simulator speaks for Stripe. */
  apiUrl: string;
  /** Limit for one attempt; the SDK makes a second attempt when the first one got no answer. */
  timeoutSeconds: number;
};

const clientSecret = z.string().check(z.minLength(1));

export function createStripePayments(connection: StripeConnection): StripePayments {
  const stripe = connect(connection);

  async function retrievePaymentIntent(paymentId: string): Promise<Payment> {
    const intent = await answered(stripe.paymentIntents.retrieve(paymentId));
    return readable(() => parseStripePayment(intent));
  }

  async function retrieveSession(sessionId: string): Promise<StripeSession> {
    const session = await answered(stripe.checkout.sessions.retrieve(sessionId));
    return readable(() => parseStripeSession(session));
  }

  return {
    retrievePaymentIntent,
    retrieveSession,

    async cancelPaymentIntent(paymentId) {
      const params = { cancellation_reason: 'abandoned' } as const;
      const intent = await unlessRefused(answered(stripe.paymentIntents.cancel(paymentId, params)));
      return intent ? readable(() => parseStripePayment(intent)) : retrievePaymentIntent(paymentId);
    },

    async expireSession(sessionId) {
      const session = await unlessRefused(answered(stripe.checkout.sessions.expire(sessionId)));
      return session ? readable(() => parseStripeSession(session)) : retrieveSession(sessionId);
    },

    async createPaymentIntent({ rechargeId, userId, amountMinor, currency, description }) {
      const params = {
        amount: toStripeAmount({ amountMinor, currency }),
        currency: currency.toLowerCase(),
        description,
        metadata: { rechargeId, userId },
        automatic_payment_methods: { enabled: true },
      };
      const idempotencyKey = `recharge-${rechargeId}`;
      const intent = await answered(stripe.paymentIntents.create(params, { idempotencyKey }));
      const payment = readable(() => parseStripePayment(intent));
      return {
        paymentId: payment.paymentId,
        clientSecret: readable(() => clientSecret.parse(intent.client_secret)),
        status: payment.status,
      };
    },

    async createSession(order) {
      const idempotencyKey = `recharge-${order.rechargeId}`;
      const session = await answered(stripe.checkout.sessions.create(sessionParams(order), { idempotencyKey }));
      return readable(() => parseStripeSession(session));
    },

    async refund({ paymentId, claimId, amountMinor, currency }) {
      const made = await answered(stripe.refunds.list({ payment_intent: paymentId, limit: mostRefunds }));
      const earlier = made.data.find(({ metadata }) => metadata?.claimId === claimId);
      if (earlier) return readable(() => parseStripeRefund(earlier));
      const amount = toStripeAmount({ amountMinor, currency });
      const params = { payment_intent: paymentId, amount, metadata: { claimId } };
      const refund = await refundOr(answered(stripe.refunds.create(params, { idempotencyKey: claimId })));
      return readable(() => parseStripeRefund(refund));
    },
  };
}

/** The most that Stripe gives in one page. A purchase has a handful of refunds at most. */
const mostRefunds = 100;

/** Nothing when Stripe will not, because of the state that the thing is in; reading it says which. */
async function unlessRefused<Answer>(call: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError) return undefined;
    throw error;
  }
}

/** What an operator can mend: an empty balance, or keys of another account. */
const mendable = new Set(['balance_insufficient', 'insufficient_funds', 'resource_missing']);

/** What else is wrong with the request stays wrong: the charge is disputed, or has not so much left. */
async function refundOr(call: Promise<Stripe.Refund>): Promise<Stripe.Refund> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
    const { code = 'invalid_request' } = error;
    if (mendable.has(code)) throw error;
    throw new RefundRefused(code, { cause: error });
  }
}

/** The payment's own metadata are what its events name the recharge by; the session's are what the session's name it by. */
function sessionParams(order: NewSession): Stripe.Checkout.SessionCreateParams {
  const { rechargeId, userId, amountMinor, currency, description, successUrl, cancelUrl, expiresAt } = order;
  const price = {
    currency: currency.toLowerCase(),
    unit_amount: toStripeAmount({ amountMinor, currency }),
    product_data: { name: description },
  };
  const metadata = { rechargeId, userId };
  return {
    mode: 'payment',
    line_items: [{ quantity: 1, price_data: price }],
    client_reference_id: rechargeId,
    metadata,
    payment_intent_data: { metadata, description },
    success_url: successUrl,
    cancel_url: cancelUrl,
    expires_at: Math.floor(expiresAt.getTime() / 1000),
  };
}

export function connect({ apiKey, apiUrl, timeoutSeconds }: StripeConnection): Stripe {
  const { protocol, hostname, port } = new URL(apiUrl);
  return new Stripe(apiKey, {
    protocol: protocol === 'http:' ? 'http' : 'https',
    host: hostname,
    port: port || (protocol === 'http:' ? 80 : 443),
    timeout: timeoutSeconds * 1000,
    maxNetworkRetries: 1,
    telemetry: false,
  });
}

/** Sets what may be repeated apart from what Stripe refused. */
export async function answered<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    if (isWorthRepeating(error)) throw new ProviderOutcomeUnknown('Stripe gave no usable answer', { cause: error });
    throw error;
  }
}

function isWorthRepeating(error: unknown): boolean {
  const { errors } = Stripe;
  if (error instanceof errors.StripeConnectionError || error instanceof errors.StripeRateLimitError) return true;
  // 409 is Stripe's answer while another request with the same idempotency key is still running.
  if (error instanceof errors.StripeError && error.statusCode === 409) return true;
  return error instanceof errors.StripeAPIError;
}

export function readable<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new ProviderOutcomeUnknown("Stripe's answer could not be read", { cause: error });
  }
}
