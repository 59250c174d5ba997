import { createPayPalPayouts, type PayPalPayouts } from '../providers/paypal-client.ts';
import { createPayPalWebhookReader, type PayPalWebhookReader } from '../providers/paypal-webhook.ts';
import { openSecret, PayPalSecret } from '../secrets.ts';

export type PayPal = { payouts: PayPalPayouts; webhooks: PayPalWebhookReader };

/**
 * One call of PayPal may take this long. A webhook takes up to six (a certificate, a token, and what the event is about)
 * within the 30 s of the gateway, and they seldom take a second; one that is cut off is delivered again.
 */
const timeoutSeconds = 8;

/** Access to PayPal by the credentials of a secret; made anew, with its token and certificates, only when the secret changes. */
export function openPayPal({ secretId, apiUrl }: { secretId: string; apiUrl: string }): () => Promise<PayPal> {
  const readSecret = openSecret(secretId, PayPalSecret);
  let opened: { by: string; paypal: PayPal } | undefined;
  return async () => {
    const secret = await readSecret();
    const by = JSON.stringify(secret);
    if (opened?.by !== by) {
      const { clientId, clientSecret, webhookId } = secret;
      const payouts = createPayPalPayouts({ clientId, clientSecret, apiUrl, timeoutSeconds });
      const webhooks = createPayPalWebhookReader({ webhookId, certificateOrigins: certificateOriginsOf(apiUrl) });
      opened = { by, paypal: { payouts, webhooks } };
    }
    return opened.paypal;
  };
}

/** PayPal serves its API from `api-m.` hosts, and the certificates of its webhooks from the same hosts without the `-m`. */
function certificateOriginsOf(apiUrl: string): string[] {
  const { origin } = new URL(apiUrl);
  return [...new Set([origin, origin.replace('://api-m.', '://api.')])];
}
