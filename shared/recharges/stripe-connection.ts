import { createStripePayments } from '../providers/stripe.ts';
import { openSecret, StripeSecret } from '../secrets.ts';
import type { PaymentProvider } from './payment-provider.ts';
import { stripeProvider } from './stripe-provider.ts';

export type StripeEnvironment = { STRIPE_SECRET_ID: string; STRIPE_API_URL: string };

/** Gives the Stripe client; called for each request, so that a rotated API key is in use without a new deployment. */
export type StripeConnection = () => Promise<PaymentProvider>;

/** @param timeoutSeconds Limit for one attempt of a call; the SDK makes two. */
export function connectStripe(environment: StripeEnvironment, timeoutSeconds: number): StripeConnection {
  const readSecret = openSecret(environment.STRIPE_SECRET_ID, StripeSecret);
  let current: { apiKey: string; provider: PaymentProvider } | undefined;
  return async () => {
    const { apiKey } = await readSecret();
    if (current?.apiKey !== apiKey) {
      const payments = createStripePayments({ apiKey, apiUrl: environment.STRIPE_API_URL, timeoutSeconds });
      current = { apiKey, provider: stripeProvider(payments) };
    }
    return current.provider;
  };
}
