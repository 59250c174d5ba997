import { openPayPal } from './open-paypal.ts';
import type { PayoutProviders } from './payout-provider.ts';
import { payPalPayoutProvider } from './paypal-payout-provider.ts';

export type PayoutProvidersEnvironment = { PAYPAL_SECRET_ID: string; PAYPAL_API_URL: string };

/** All ways of paying, each opened when it is first needed. */
export function connectPayoutProviders(environment: PayoutProvidersEnvironment): PayoutProviders {
  const paypal = openPayPal({ secretId: environment.PAYPAL_SECRET_ID, apiUrl: environment.PAYPAL_API_URL });
  return { paypal: async () => payPalPayoutProvider((await paypal()).payouts) };
}
