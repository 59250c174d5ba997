import * as z from 'zod/mini';
import type { Payment } from './payment.ts';
import { fromStripeAmount } from './provider-amounts.ts';

/**
 * The states of a payment at Stripe (https://docs.stripe.com/payments/paymentintents/lifecycle). A state that this version
 * does not know is neither paid nor over. Less than the amount is received when only a part was captured.
 */
const stripePaymentStatus = z.catch(z.enum(['processing', 'canceled', 'succeeded', 'open']), 'open');

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
export function parseStripePayment(value: unknown): Payment {
  const intent = paymentIntent.parse(value);
  const currency = intent.currency.toUpperCase();
  const { rechargeId, userId } = intent.metadata ?? {};
  const failureCode = intent.last_payment_error?.code;
  return {
    provider: 'stripe',
    paymentId: intent.id,
    status: intent.status,
    amountMinor: fromStripeAmount({ amount: intent.amount, currency }),
    amountReceivedMinor: fromStripeAmount({ amount: intent.amount_received, currency }),
    currency,
    ...(rechargeId ? { rechargeId } : {}),
    ...(userId ? { userId } : {}),
    ...(failureCode ? { failureCode } : {}),
  };
}
