import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startPayPalSimulator } from '../../infra/local/simulators/paypal.ts';
import { startStripeSimulator } from '../../infra/local/simulators/stripe.ts';
import { createPayPalPayouts } from '../../shared/providers/paypal-client.ts';
import { createPayPalOrders } from '../../shared/providers/paypal-orders.ts';
import { createPayPalWebhookReader } from '../../shared/providers/paypal-webhook.ts';
import { createStripePayments } from '../../shared/providers/stripe.ts';
import { callOut } from './invocation.ts';

export const webhookSecret = 'whsec_torture';
const apiKey = 'sk_test_torture';
const payPal = { clientId: 'client', clientSecret: 'secret' };
const webhookId = 'WH-TORTURE';

/** Short, because every call that a simulator leaves unanswered is waited for. */
const timeoutSeconds = 0.4;

/** One webhook as it came over HTTP. */
export type Delivery = { provider: 'stripe' | 'paypal'; rawBody: string; headers: Record<string, string> };

export type Providers = {
  stripeUrl: string;
  payPalUrl: string;
  /** Clients as a function makes them when it starts; their calls take part in the weather. */
  connectStripe(): ReturnType<typeof createStripePayments>;
  connectPayPal(): {
    payouts: ReturnType<typeof createPayPalPayouts>;
    orders: ReturnType<typeof createPayPalOrders>;
    webhooks: ReturnType<typeof createPayPalWebhookReader>;
  };
  close(): Promise<void>;
};

/** Both simulators, and the address that they send their webhooks to; `receive` answers with a status. */
export async function startProviders(receive: (delivery: Delivery) => Promise<number>): Promise<Providers> {
  const gate = await startGate(receive);
  const [stripe, paypal] = await Promise.all([
    startStripeSimulator({ apiKey, webhookSecret, webhookUrl: () => `${gate.url}/stripe` }),
    startPayPalSimulator({ ...payPal, webhookId, webhookUrl: () => `${gate.url}/paypal` }),
  ]);
  await steer(paypal.url, 'payouts', { autoComplete: false });
  return {
    stripeUrl: stripe.url,
    payPalUrl: paypal.url,
    connectStripe: () => throughWeather('Stripe', createStripePayments({ apiKey, apiUrl: stripe.url, timeoutSeconds })),
    connectPayPal: () => ({
      payouts: throughWeather('PayPal', createPayPalPayouts({ ...payPal, apiUrl: paypal.url, timeoutSeconds })),
      orders: throughWeather('PayPal', createPayPalOrders({ ...payPal, apiUrl: paypal.url, timeoutSeconds })),
      webhooks: createPayPalWebhookReader({ webhookId, certificateOrigins: [paypal.url] }),
    }),
    async close() {
      await Promise.all([stripe.close(), paypal.close()]);
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

async function startGate(receive: (delivery: Delivery) => Promise<number>) {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const provider = request.url === '/stripe' ? 'stripe' : 'paypal';
    const status = await receive({ provider, headers, rawBody: Buffer.concat(chunks).toString('utf8') });
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
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
