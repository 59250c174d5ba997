import * as z from 'zod/mini';
import type { Payment } from './payment.ts';
import { fromStripeAmount } from './provider-amounts.ts';

/** A Checkout Session, as far as it is read. Subscriptions and the like, which are none of ours, may have no amount. */
const session = z.object({
  object: z.literal('checkout.session'),
  id: z.string().check(z.minLength(1)),
  payment_intent: z.optional(z.nullable(z.union([z.string(), z.object({ id: z.string() })]))),
  payment_status: z.string(),
  status: z.optional(z.nullable(z.string())),
  amount_total: z.optional(z.nullable(z.int().check(z.nonnegative()))),
  currency: z.optional(z.nullable(z.string().check(z.regex(/^[a-z]{3}$/)))),
  metadata: z.optional(z.nullable(z.record(z.string(), z.string()))),
  url: z.optional(z.nullable(z.string())),
});

export type StripeSession = {
  sessionId: string;
  status: 'open' | 'complete' | 'expired';
  rechargeId?: string;
  /** Known once somebody pays. */
  paymentId?: string;
  /** Where the buyer pays, while the session is open. */
  url?: string;
  /** What the session says of its payment: there when it has one of ours. */
  payment?: Payment;
};

/** Reads a Checkout Session. Throws when it is not one. */
export function parseStripeSession(value: unknown): StripeSession {
  const { id, status, url, payment_intent, ...rest } = session.parse(value);
  const paymentId = typeof payment_intent === 'string' ? payment_intent : payment_intent?.id;
  const rechargeId = rest.metadata?.rechargeId;
  const payment = paymentId === undefined ? undefined : paymentOf(paymentId, rest);
  return {
    sessionId: id,
    status: status === 'expired' || status === 'complete' ? status : 'open',
    ...(rechargeId && { rechargeId }),
    ...(paymentId !== undefined && { paymentId }),
    ...(url && { url }),
    ...(payment && { payment }),
  };
}

type Paid = Pick<z.infer<typeof session>, 'payment_status' | 'amount_total' | 'currency' | 'metadata'>;

function paymentOf(paymentId: string, { payment_status, amount_total, currency, metadata }: Paid): Payment | undefined {
  const { rechargeId, userId } = metadata ?? {};
  if (!rechargeId || amount_total == null || currency == null) return undefined;
  const isPaid = payment_status === 'paid';
  const amount = { amount: amount_total, currency: currency.toUpperCase() };
  return {
    provider: 'stripe',
    paymentId,
    status: isPaid ? 'succeeded' : 'processing',
    amountMinor: fromStripeAmount(amount),
    amountReceivedMinor: fromStripeAmount(isPaid ? amount : { ...amount, amount: 0 }),
    currency: amount.currency,
    rechargeId,
    ...(userId && { userId }),
  };
}
