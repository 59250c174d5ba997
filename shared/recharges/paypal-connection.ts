import { createPayPalOrders, type PayPalOrders } from '../providers/paypal-orders.ts';
import { openSecret, PayPalSecret } from '../secrets.ts';
import type { PaymentProvider } from './payment-provider.ts';
import { payPalProvider } from './paypal-provider.ts';

export type PayPalEnvironment = { PAYPAL_SECRET_ID: string; PAYPAL_API_URL: string };

/**
 * Gives the PayPal client; called for each request, so that changed credentials are in use without a new deployment. It
 * keeps its token as long as they stay.
 * @param timeoutSeconds Limit for one call.
 */
export function connectPayPalOrders(
  environment: PayPalEnvironment,
  timeoutSeconds: number,
): () => Promise<PayPalOrders> {
  const readSecret = openSecret(environment.PAYPAL_SECRET_ID, PayPalSecret);
  let current: { by: string; orders: PayPalOrders } | undefined;
  return async () => {
    const { clientId, clientSecret } = await readSecret();
    const by = JSON.stringify([clientId, clientSecret]);
    if (current?.by !== by) {
      const connection = { clientId, clientSecret, apiUrl: environment.PAYPAL_API_URL, timeoutSeconds };
      current = { by, orders: createPayPalOrders(connection) };
    }
    return current.orders;
  };
}

/** As `connectPayPalOrders`, for those who open payments and ask about them. */
export function connectPayPal(environment: PayPalEnvironment, timeoutSeconds: number): () => Promise<PaymentProvider> {
  const connect = connectPayPalOrders(environment, timeoutSeconds);
  return async () => payPalProvider(await connect());
}
