import type { AppleTransactions } from '../providers/apple-api.ts';
import type { Recharge } from '../store/items/recharge.ts';
import type { PaymentProvider } from './payment-provider.ts';
import type { Checkout } from './schemas.ts';

/**
 * The App Store as recharges see it. Nothing is opened there: the app buys the product on the device, with the order's id
 * as the token of the purchase. Until the store has said which transaction that was, nobody can be asked about it, so that
 * whoever looks after orders without one needs no `transactions`.
 */
export function appleProvider(transactions?: AppleTransactions): PaymentProvider {
  return {
    async open(order) {
      return { checkout: appleCheckoutOf(order) };
    },

    async find({ paymentId }) {
      return paymentId === undefined ? undefined : transactions?.find(paymentId);
    },
  };
}

/** What the app gives to StoreKit; the token comes back in everything that the store says of the purchase. */
export function appleCheckoutOf({ rechargeId, productId, paymentId }: Recharge): Checkout {
  if (productId === undefined) throw new Error(`The recharge ${rechargeId} names no product of the App Store.`);
  return {
    provider: 'apple',
    productId,
    appAccountToken: rechargeId,
    ...(paymentId !== undefined && { transactionId: paymentId }),
  };
}
