import { minor } from '../money/units.ts';
import { type PayPalOrders, PayPalRefused } from '../providers/paypal-orders.ts';
import type { PayPalOrder } from '../providers/paypal-payment.ts';
import { RefundRefused } from '../providers/refund-refused.ts';
import type { Recharge } from '../store/items/recharge.ts';
import { disagreementOf } from './judge-payment.ts';
import type { PaymentProvider } from './payment-provider.ts';

/** PayPal as recharges see it. */
export function payPalProvider(paypal: PayPalOrders): PaymentProvider {
  return {
    async open({ rechargeId, userId, priceMinor, currency, coins, bonusCoins, checkout, paymentId }) {
      const description = `${coins + bonusCoins} coins`;
      const payment = { rechargeId, userId, amountMinor: minor(priceMinor), currency, description };
      // A quote may hold for longer than PayPal remembers requests, and a second order could be paid as well as the first.
      const earlier = paymentId === undefined ? undefined : await paypal.getOrder(paymentId);
      const pages = checkout?.type === 'session' ? { pages: checkout } : {};
      const opened = earlier ?? (await paypal.createOrder({ ...payment, ...pages }));
      const orderId = opened.payment.paymentId;
      const { approveUrl } = opened;
      return { paymentId: orderId, checkout: { provider: 'paypal', orderId, ...(approveUrl && { approveUrl }) } };
    },

    waitsToBeTaken: true,

    async find(order) {
      if (order.paymentId === undefined) return undefined;
      const found = await paypal.getOrder(order.paymentId);
      if (!found || !isTakeable(found, order)) return found?.payment;
      return { status: 'agreed', take: async () => (await paypal.captureOrder(found))?.payment };
    },

    async refund({ rechargeId, paymentId, currency }, { claimId, amountMinor }) {
      const captureId = paymentId && (await paypal.getOrder(paymentId))?.captureId;
      if (!captureId) throw new Error(`The recharge ${rechargeId} has no payment to give back.`);
      try {
        const { claim } = await paypal.refundCapture({ captureId, refundId: claimId, amountMinor, currency });
        return claim;
      } catch (error) {
        if (!isFinal(error)) throw error;
        throw new RefundRefused(error.code, { cause: error });
      }
    },
  };
}

/** What is wrong with a refund stays wrong, but not an empty balance or a missing permission, which an operator can mend. */
function isFinal(error: unknown): error is PayPalRefused {
  return error instanceof PayPalRefused && error.status === 422 && !error.code.includes('INSUFFICIENT');
}

/**
 * Whether a buyer has agreed to pay what our order asks for: no money is taken that could not be credited. Before it is,
 * `admitPayment` must be asked.
 */
export function isTakeable(found: PayPalOrder, order: Recharge | undefined): order is Recharge {
  return found.isApproved && !disagreementOf(order, found.payment);
}
