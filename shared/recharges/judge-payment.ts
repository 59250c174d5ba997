import { isCurrency } from '../money/currency.ts';
import { isAppStore, type Payment } from '../providers/payment.ts';
import type { Recharge } from '../store/items/recharge.ts';

/** Why a payment is not what its order asked for. An operator decides about it; nothing is credited. */
export type Disagreement =
  | 'recharge_unknown'
  | 'recharge_differs'
  | 'user_differs'
  | 'currency_differs'
  | 'amount_differs'
  | 'payment_differs'
  | 'provider_differs'
  | 'product_differs'
  | 'quantity_differs'
  | 'currency_unknown';

/**
 * Compares a payment, as the provider reports it, with the order. What was asked for must agree always, and what was
 * received once it is paid: a signature proves who speaks, not that the right sum was paid for the right order. At an app
 * store it is the product that must agree.
 */
export function disagreementOf(order: Recharge | undefined, payment: Payment): Disagreement | undefined {
  if (!order) return 'recharge_unknown';
  if (payment.rechargeId !== order.rechargeId) return 'recharge_differs';
  if (payment.provider !== order.provider) return 'provider_differs';
  const disagreement = isAppStore(payment.provider) ? ofProduct(order, payment) : ofPrice(order, payment);
  if (disagreement) return disagreement;
  if (order.paymentId !== undefined && order.paymentId !== payment.paymentId) return 'payment_differs';
  return undefined;
}

function ofPrice(order: Recharge, payment: Payment): Disagreement | undefined {
  if (payment.userId !== order.userId) return 'user_differs';
  if (payment.currency !== order.currency) return 'currency_differs';
  return payment.amountMinor === order.priceMinor ? undefined : 'amount_differs';
}

/** What was bought decides the coins; whatever its price was in the buyer's storefront, the store has set it. */
function ofProduct(order: Recharge, payment: Payment): Disagreement | undefined {
  if (order.productId === undefined || payment.productId !== order.productId) return 'product_differs';
  if (!isQuantityOf(payment)) return 'quantity_differs';
  return isCurrency(payment.currency) ? undefined : 'currency_unknown';
}

/**
 * An order is for one package. Of a product that the operator sells in any number, the buyer chooses how many in Google's
 * own dialog, after the order was made; at Apple the app chooses, and it ordered one.
 */
function isQuantityOf({ provider, quantity }: Payment): boolean {
  return quantity === 1 || (provider === 'google' && quantity !== undefined && quantity > 1);
}

/** As `disagreementOf`, for a payment that succeeded. */
export function disagreementOfPaid(order: Recharge | undefined, payment: Payment): Disagreement | undefined {
  const disagreement = disagreementOf(order, payment);
  if (disagreement) return disagreement;
  // A store's offers may make something free; free coins would be paid coins that nobody paid for.
  const isReceived = isAppStore(payment.provider)
    ? payment.amountReceivedMinor > 0
    : payment.amountReceivedMinor === order?.priceMinor;
  return isReceived ? undefined : 'amount_differs';
}
