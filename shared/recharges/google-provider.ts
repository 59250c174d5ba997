import type { Recharge } from '../store/items/recharge.ts';
import type { PaymentProvider } from './payment-provider.ts';
import type { Checkout } from './schemas.ts';

/**
 * Google Play as recharges see it. Nothing is opened there: the app buys the product on the device, with the order's id as
 * the account id of the purchase. Until a purchase's token is known, nobody can be asked about it; from then on the sweep
 * of Google's purchases looks after it.
 */
export function googleProvider(): PaymentProvider {
  return {
    async open(order) {
      return { checkout: googleCheckoutOf(order) };
    },

    async find() {
      return undefined;
    },
  };
}

/** What the app gives to the billing library; the account id comes back in everything that Google says of the purchase. */
export function googleCheckoutOf({ rechargeId, productId, paymentId }: Recharge): Checkout {
  if (productId === undefined) throw new Error(`The recharge ${rechargeId} names no product of Google Play.`);
  return {
    provider: 'google',
    productId,
    obfuscatedAccountId: rechargeId,
    ...(paymentId !== undefined && { orderId: paymentId }),
  };
}
