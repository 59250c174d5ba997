import Stripe from 'stripe';
import * as z from 'zod/mini';
import type { Currency } from '../money/currency.ts';
import type { Minor } from '../money/units.ts';
import { toStripeAmount } from './provider-amounts.ts';
import { ProviderOutcomeUnknown } from './provider-outcome-unknown.ts';
import { parseStripePayment, type StripePayment } from './stripe-payment.ts';

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
  retrievePaymentIntent(paymentIntentId: string): Promise<StripePayment>;
};

export type NewPayment = {
  rechargeId: string;
  userId: string;
  amountMinor: Minor;
  currency: Currency;
  description: string;
};

export type OpenedPayment = {
  paymentIntentId: string;
  /** Lets the buyer's device pay this one payment; it belongs in the answer to that buyer and in no log. */
  clientSecret: string;
  status: StripePayment['status'];
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
  return {
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
        paymentIntentId: payment.paymentIntentId,
        clientSecret: readable(() => clientSecret.parse(intent.client_secret)),
        status: payment.status,
      };
    },

    async retrievePaymentIntent(paymentIntentId) {
      const intent = await answered(stripe.paymentIntents.retrieve(paymentIntentId));
      return readable(() => parseStripePayment(intent));
    },
  };
}

function connect({ apiKey, apiUrl, timeoutSeconds }: StripeConnection): Stripe {
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
async function answered<Answer>(call: Promise<Answer>): Promise<Answer> {
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

function readable<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new ProviderOutcomeUnknown("Stripe's answer could not be read", { cause: error });
  }
}
