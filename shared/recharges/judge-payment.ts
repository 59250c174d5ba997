import type { StripePayment } from '../providers/stripe-payment.ts';
import type { Recharge } from '../store/items/recharge.ts';

/** Why a payment is not what its order asked for. An operator decides about it; nothing is credited. */
export type Disagreement =
  | 'recharge_unknown'
  | 'recharge_differs'
  | 'user_differs'
  | 'currency_differs'
  | 'amount_differs'
  | 'payment_differs';

/**
 * Compares a payment, as the provider reports it, with the order. What was asked for must agree always, and what was
 * received once it is paid: a signature proves who speaks, not that the right sum was paid for the right order.
 */
export function disagreementOf(order: Recharge | undefined, payment: StripePayment): Disagreement | undefined {
  if (!order) return 'recharge_unknown';
  if (payment.rechargeId !== order.rechargeId) return 'recharge_differs';
  if (payment.userId !== order.userId) return 'user_differs';
  if (payment.currency !== order.currency) return 'currency_differs';
  if (payment.amountMinor !== order.priceMinor) return 'amount_differs';
  if (order.paymentIntentId !== undefined && order.paymentIntentId !== payment.paymentIntentId)
    return 'payment_differs';
  return undefined;
}

/** As `disagreementOf`, for a payment that succeeded. */
export function disagreementOfPaid(order: Recharge | undefined, payment: StripePayment): Disagreement | undefined {
  const disagreement = disagreementOf(order, payment);
  if (disagreement) return disagreement;
  return payment.amountReceivedMinor === order?.priceMinor ? undefined : 'amount_differs';
}
