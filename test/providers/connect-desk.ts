import Stripe from 'stripe';
import { startStripeSimulator } from '../../infra/local/simulators/stripe.ts';
import type { ConnectBooksReport } from '../../infra/local/simulators/stripe-connect-books.ts';
import type { PayoutProvider } from '../../shared/payouts/payout-provider.ts';
import { stripePayoutProvider } from '../../shared/payouts/stripe-payout-provider.ts';
import { createStripeConnect } from '../../shared/providers/stripe-connect.ts';
import { look, steer } from './webhook-receiver.ts';

export const connectSecrets = {
  apiKey: 'rk_test_connect',
  connectWebhookSecret: 'whsec_connect',
  accountWebhookSecret: 'whsec_account',
};

/** A Stripe with Connect whose banks take nothing by themselves. */
export async function startConnectDesk(webhookUrl: () => string) {
  const simulator = await startStripeSimulator({
    apiKey: 'sk_test_payments',
    webhookSecret: 'whsec_payments',
    webhookUrl,
    connect: { ...connectSecrets, webhookUrl },
  });
  const { url } = simulator;
  await steer(url, 'connect/banks', { autoComplete: false });
  return {
    url,
    /** Gives up on a call after half a second. */
    connect: (apiKey = connectSecrets.apiKey): PayoutProvider =>
      stripePayoutProvider(createStripeConnect({ apiKey, apiUrl: url, timeoutSeconds: 0.5 })),
    steer: (path: string, body: unknown = {}) => steer(url, `connect/${path}`, body),
    fault: (next: string, on: { path: string; method?: string; count?: number }) =>
      steer(url, 'faults', { method: 'POST', next, ...on }),
    async booksOf(payoutId: string) {
      const { payouts } = await look<ConnectBooksReport>(url, 'connect/books');
      return payouts.find((payout) => payout.payoutId === payoutId);
    },
    /** What a person does in Stripe's dashboard; gives the transfer's id. */
    async transferByHand({ account, payoutId, amount }: { account: string; payoutId: string; amount: number }) {
      const { port } = new URL(url);
      const stripe = new Stripe(connectSecrets.apiKey, { protocol: 'http', host: '127.0.0.1', port });
      const order = { amount, currency: 'usd', destination: account, metadata: { payoutId } };
      return (await stripe.transfers.create({ ...order, transfer_group: payoutId })).id;
    },
    close: () => simulator.close(),
  };
}

export type ConnectDesk = Awaited<ReturnType<typeof startConnectDesk>>;
