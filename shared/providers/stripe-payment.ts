import * as z from 'zod/mini';
import type { Minor } from '../money/units.ts';
import { fromStripeAmount } from './provider-amounts.ts';

/**
 * The states of a payment at Stripe (https://docs.stripe.com/payments/paymentintents/lifecycle). `other` is a state that
 * this version does not know; it means neither paid nor over.
 */
const stripePaymentStatus = z.catch(
  z.enum([
    'requires_payment_method',
    'requires_confirmation',
    'requires_action',
    'processing',
    'requires_capture',
    'canceled',
    'succeeded',
    'other',
  ]),
  'other',
);

/** One payment as Stripe reports it. */
export type StripePayment = {
  paymentIntentId: string;
  status: z.infer<typeof stripePaymentStatus>;
  /** What was asked for. */
  amountMinor: Minor;
  /** What was really received: 0 until the payment succeeds, and less than asked when only a part was captured. */
  amountReceivedMinor: Minor;
  /** Upper case ISO 4217, and not necessarily a currency that we price in. */
  currency: string;
  /** Absent on payments that something else made in the same Stripe account. */
  rechargeId?: string;
  userId?: string;
  /** Stripe's code for the last failed attempt, for example `card_declined`. */
  failureCode?: string;
};

/** The fields of a PaymentIntent that are read; Stripe sends many more, and adds to them without notice. */
const paymentIntent = z.object({
  object: z.literal('payment_intent'),
  id: z.string().check(z.minLength(1)),
  status: stripePaymentStatus,
  amount: z.int().check(z.nonnegative()),
  amount_received: z.int().check(z.nonnegative()),
  currency: z.string().check(z.regex(/^[a-z]{3}$/)),
  metadata: z.optional(z.nullable(z.record(z.string(), z.string()))),
  last_payment_error: z.optional(z.nullable(z.object({ code: z.optional(z.nullable(z.string())) }))),
});

/** Reads a PaymentIntent. Throws when it is not one, or is of an amount that cannot be read exactly. */
export function parseStripePayment(value: unknown): StripePayment {
  const intent = paymentIntent.parse(value);
  const currency = intent.currency.toUpperCase();
  const { rechargeId, userId } = intent.metadata ?? {};
  const failureCode = intent.last_payment_error?.code;
  return {
    paymentIntentId: intent.id,
    status: intent.status,
    amountMinor: fromStripeAmount({ amount: intent.amount, currency }),
    amountReceivedMinor: fromStripeAmount({ amount: intent.amount_received, currency }),
    currency,
    ...(rechargeId ? { rechargeId } : {}),
    ...(userId ? { userId } : {}),
    ...(failureCode ? { failureCode } : {}),
  };
}
