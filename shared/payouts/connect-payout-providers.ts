import { openPayPal } from './open-paypal.ts';
import { openStripeConnect, type StripeConnectEnvironment } from './open-stripe-connect.ts';
import type { PayoutProviders } from './payout-provider.ts';
import { payPalPayoutProvider } from './paypal-payout-provider.ts';
import { stripePayoutProvider } from './stripe-payout-provider.ts';

export type PayoutProvidersEnvironment = {
  PAYPAL_SECRET_ID: string;
  PAYPAL_API_URL: string;
} & StripeConnectEnvironment;

/** All ways of paying, each opened when it is first needed. */
export function connectPayoutProviders(environment: PayoutProvidersEnvironment): PayoutProviders {
  const paypal = openPayPal({ secretId: environment.PAYPAL_SECRET_ID, apiUrl: environment.PAYPAL_API_URL });
  const stripe = openStripeConnect(environment);
  return {
    paypal: async () => payPalPayoutProvider((await paypal()).payouts),
    bank: async () => stripePayoutProvider((await stripe()).connect),
  };
}
