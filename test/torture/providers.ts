import { startAppleSimulator } from '../../infra/local/simulators/apple.ts';
import { createAppleAuthority } from '../../infra/local/simulators/apple-authority.ts';
import { startGoogleSimulator } from '../../infra/local/simulators/google.ts';
import { startPayPalSimulator } from '../../infra/local/simulators/paypal.ts';
import { startStripeSimulator } from '../../infra/local/simulators/stripe.ts';
import { createAppleTransactions } from '../../shared/providers/apple-api.ts';
import { createAppleVerifier } from '../../shared/providers/apple-signed-data.ts';
import { createPushVerifier, type PushVerifier } from '../../shared/providers/google-auth.ts';
import { createGooglePlay, type GooglePlay } from '../../shared/providers/google-play.ts';
import { createPayPalPayouts } from '../../shared/providers/paypal-client.ts';
import { createPayPalOrders } from '../../shared/providers/paypal-orders.ts';
import { createPayPalWebhookReader } from '../../shared/providers/paypal-webhook.ts';
import { createStripePayments } from '../../shared/providers/stripe.ts';
import { createStripeConnect, type StripeConnect } from '../../shared/providers/stripe-connect.ts';
import type { Apple } from '../../shared/recharges/apple-connection.ts';
import { ecKey, rsaKey } from './credentials.ts';
import { callOut } from './invocation.ts';
import { type Delivery, startGate } from './webhook-gate.ts';

export const webhookSecret = 'whsec_torture';
export const packageName = 'app.tributary.torture';
const apiKey = 'sk_test_torture';
export const connectSecrets = {
  apiKey: 'rk_test_torture',
  connectWebhookSecret: 'whsec_torture_connect',
  accountWebhookSecret: 'whsec_torture_account',
};
const payPal = { clientId: 'client', clientSecret: 'secret' };
const webhookId = 'WH-TORTURE';
const pushServiceAccount = 'play-push@torture.iam.gserviceaccount.com';
const environment = 'Sandbox';

/** Short, because every call that a simulator leaves unanswered is waited for. */
const timeoutSeconds = 0.4;

/** Where each simulator is. */
type ProviderUrls = { stripe: string; paypal: string; apple: string; google: string };

/** Clients as a function makes them when it starts; their calls take part in the weather. */
export type Connections = {
  connectStripe(): ReturnType<typeof createStripePayments>;
  connectBanks(): StripeConnect;
  connectPayPal(): {
    payouts: ReturnType<typeof createPayPalPayouts>;
    orders: ReturnType<typeof createPayPalOrders>;
    webhooks: ReturnType<typeof createPayPalWebhookReader>;
  };
  connectApple(): Apple;
  connectGoogle(): { play: GooglePlay; verify: PushVerifier };
};

export type Providers = Connections & { urls: ProviderUrls; close(): Promise<void> };

/** All simulators, and the addresses that they send their webhooks to; `receive` answers with a status. */
export async function startProviders(receive: (delivery: Delivery) => Promise<number>): Promise<Providers> {
  const gate = await startGate(receive);
  const authority = createAppleAuthority();
  const app = { bundleId: packageName, appAppleId: '1234567890', issuerId: 'issuer', keyId: 'key', privateKey: ecKey };
  const account = { clientEmail: 'tributary@torture.iam.gserviceaccount.com', privateKey: rsaKey };
  const webhookUrl = (provider: Delivery['provider']) => () => `${gate.url}/${provider}`;
  const connect = { ...connectSecrets, webhookUrl: webhookUrl('stripe-connect') };
  const [stripe, paypal, apple, google] = await Promise.all([
    startStripeSimulator({ apiKey, webhookSecret, webhookUrl: webhookUrl('stripe'), connect }),
    startPayPalSimulator({ ...payPal, webhookId, webhookUrl: webhookUrl('paypal') }),
    startAppleSimulator({ ...app, environment, authority, webhookUrl: webhookUrl('apple') }),
    startGoogleSimulator({ ...account, packageName, pushServiceAccount, webhookUrl: webhookUrl('google') }),
  ]);
  await steer(paypal.url, 'payouts', { autoComplete: false });
  await steer(stripe.url, 'connect/banks', { autoComplete: false });
  return {
    urls: { stripe: stripe.url, paypal: paypal.url, apple: apple.url, google: google.url },
    connectStripe: () => throughWeather('Stripe', createStripePayments({ apiKey, apiUrl: stripe.url, timeoutSeconds })),
    connectBanks() {
      const connection = { apiKey: connectSecrets.apiKey, apiUrl: stripe.url, timeoutSeconds };
      return throughWeather('Stripe Connect', createStripeConnect(connection));
    },
    connectPayPal: () => ({
      payouts: throughWeather('PayPal', createPayPalPayouts({ ...payPal, apiUrl: paypal.url, timeoutSeconds })),
      orders: throughWeather('PayPal', createPayPalOrders({ ...payPal, apiUrl: paypal.url, timeoutSeconds })),
      webhooks: createPayPalWebhookReader({ webhookId, certificateOrigins: [paypal.url] }),
    }),
    connectApple() {
      const verifier = createAppleVerifier({ ...app, rootCertificates: authority.chain[2], environment });
      const connection = { ...app, apiUrl: apple.url, environment, timeoutSeconds } as const;
      return { verifier, transactions: throughWeather('Apple', createAppleTransactions(connection, verifier)) };
    },
    connectGoogle() {
      const { url: apiUrl, tokenUrl, certsUrl } = google;
      const play = createGooglePlay({ ...account, packageName, apiUrl, tokenUrl, timeoutSeconds });
      const audience = webhookUrl('google')();
      const verify = createPushVerifier({ certsUrl, audience, serviceAccount: pushServiceAccount, timeoutSeconds });
      return { play: throughWeather('Google', play), verify };
    },
    async close() {
      await Promise.all([stripe, paypal, apple, google].map((simulator) => simulator.close()));
      await gate.close();
    },
  };
}

/** Faults of the providers are made by their simulators; a function may also die around a call of theirs. */
function throughWeather<Port extends object>(name: string, port: Port): Port {
  return new Proxy(port, {
    get(target, method) {
      const call: unknown = Reflect.get(target, method);
      if (typeof call !== 'function') return call;
      return (...given: unknown[]) => callOut(`${name} ${String(method)}`, () => call.apply(target, given));
    },
  });
}

/** Uses a simulator's control surface; nothing when what was asked for is not possible now. */
export async function steer<Answer = unknown>(
  url: string,
  path: string,
  body: unknown = {},
): Promise<Answer | undefined> {
  const response = await fetch(`${url}/_control/${path}`, { method: 'POST', body: JSON.stringify(body) });
  if (response.ok) return (await response.json()) as Answer;
  await response.body?.cancel();
  if (response.status === 404 || response.status === 409) return undefined;
  throw new Error(`The simulator answered ${response.status} to ${path}.`);
}

export async function look<Answer>(url: string, path: string): Promise<Answer> {
  return (await (await fetch(`${url}/_control/${path}`)).json()) as Answer;
}
