import { createStripePayments } from '../providers/stripe.ts';
import { createStripeBalance, type StripeBalance } from '../providers/stripe-balance.ts';
import { openSecret, StripeSecret } from '../secrets.ts';
import type { PaymentProvider } from './payment-provider.ts';
import { stripeProvider } from './stripe-provider.ts';

export type StripeEnvironment = { STRIPE_SECRET_ID: string; STRIPE_API_URL: string };

/** Gives the Stripe client; called for each request, so that a rotated API key is in use without a new deployment. */
export type StripeConnection = () => Promise<PaymentProvider>;

/** @param timeoutSeconds Limit for one attempt of a call; the SDK makes two. */
export function connectStripe(environment: StripeEnvironment, timeoutSeconds: number): StripeConnection {
  return fromSecret(environment, (apiKey) =>
    stripeProvider(createStripePayments({ apiKey, apiUrl: environment.STRIPE_API_URL, timeoutSeconds })),
  );
}

/** As `connectStripe`, for who reads what moved the account's balance. */
export function connectStripeBalance(
  environment: StripeEnvironment,
  timeoutSeconds: number,
): () => Promise<StripeBalance> {
  return fromSecret(environment, (apiKey) =>
    createStripeBalance({ apiKey, apiUrl: environment.STRIPE_API_URL, timeoutSeconds }),
  );
}

/** Makes something of the API key anew whenever that has changed. */
function fromSecret<Made>(
  { STRIPE_SECRET_ID }: StripeEnvironment,
  make: (apiKey: string) => Made,
): () => Promise<Made> {
  const readSecret = openSecret(STRIPE_SECRET_ID, StripeSecret);
  let current: { apiKey: string; made: Made } | undefined;
  return async () => {
    const { apiKey } = await readSecret();
    if (current?.apiKey !== apiKey) current = { apiKey, made: make(apiKey) };
    return current.made;
  };
}
