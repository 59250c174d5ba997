import { createStripeConnect, type StripeConnect } from '../providers/stripe-connect.ts';
import { openSecret, StripeConnectSecret } from '../secrets.ts';

export type StripeConnectEnvironment = { STRIPE_CONNECT_SECRET_ID: string; STRIPE_API_URL: string };

/**
 * For one attempt of a call, of which the SDK makes two. Sending takes up to seven calls, which seldom take a second; what is
 * cut off is done again and finds what was done.
 */
const timeoutSeconds = 4;

export type OpenedStripeConnect = { connect: StripeConnect; webhookSecrets: string[] };

/** Access to Stripe Connect by a secret of its own; made anew only when the API key changes. */
export function openStripeConnect(environment: StripeConnectEnvironment): () => Promise<OpenedStripeConnect> {
  const readSecret = openSecret(environment.STRIPE_CONNECT_SECRET_ID, StripeConnectSecret);
  let opened: { apiKey: string; connect: StripeConnect } | undefined;
  return async () => {
    const { apiKey, connectWebhookSecret, accountWebhookSecret } = await readSecret();
    if (opened?.apiKey !== apiKey)
      opened = {
        apiKey,
        connect: createStripeConnect({ apiKey, apiUrl: environment.STRIPE_API_URL, timeoutSeconds }),
      };
    return { connect: opened.connect, webhookSecrets: [connectWebhookSecret, accountWebhookSecret] };
  };
}
