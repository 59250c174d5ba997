import Stripe from 'stripe';
import { startPayPalSimulator } from '../../infra/local/simulators/paypal.ts';
import { startStripeSimulator } from '../../infra/local/simulators/stripe.ts';
import { openCatalog } from '../../shared/catalog/catalog.ts';
import { newId } from '../../shared/identifiers.ts';
import { putPayoutProfile } from '../../shared/payouts/put-payout-profile.ts';
import { receivePayPalEvent } from '../../shared/payouts/receive-paypal-event.ts';
import { requestPayout } from '../../shared/payouts/request-payout.ts';
import { submitPayout } from '../../shared/payouts/submit-payout.ts';
import { createPayPalPayouts } from '../../shared/providers/paypal-client.ts';
import { createPayPalOrders } from '../../shared/providers/paypal-orders.ts';
import { createPayPalWebhookReader } from '../../shared/providers/paypal-webhook.ts';
import { createStripePayments } from '../../shared/providers/stripe.ts';
import { createRecharge } from '../../shared/recharges/create-recharge.ts';
import { receiveStripeEvent } from '../../shared/recharges/receive-stripe-event.ts';
import { stripeProvider } from '../../shared/recharges/stripe-provider.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { startWebhookReceiver, steer } from '../providers/webhook-receiver.ts';
import { creditDiamonds } from '../support/credits.ts';
import { fanWith, register } from '../support/people.ts';
import { openGiftPath } from './gift-path.ts';
import type { Ground } from './ground.ts';
import { sum, type Usage } from './meter.ts';

const apiKey = 'sk_test_bench';
const webhookSecret = 'whsec_bench';

/** Everything of one recharge: the request, the payment at Stripe, its event. The catalogue's reads are not counted. */
export async function countRecharge(ground: Ground): Promise<Usage> {
  const { world, meter } = await openGiftPath(ground, { counting: true, creatorIds: [] });
  const receiver = await startWebhookReceiver();
  const stripe = await startStripeSimulator({ apiKey, webhookSecret, webhookUrl: () => receiver.url });
  try {
    const payments = createStripePayments({ apiKey, apiUrl: stripe.url, timeoutSeconds: 5 });
    const stores = {
      ledger: world.ledger,
      catalog: openCatalog(world.catalogTable),
      providers: { stripe: async () => stripeProvider(payments) },
    };
    await register(world, 'ana', new Date());
    meter.begin('recharge');
    const command = { userId: 'ana', packageId: 'us-app-1000', channel: 'app', provider: 'stripe' } as const;
    const checkout = await createRecharge(stores, { ...command, rechargeId: newId(new Date()) }, new Date());
    if (isRefusal(checkout)) throw new Error(checkout.code);
    const payment = await steer<object>(stripe.url, `payment_intents/${checkout.order.paymentId}/pay`, {
      webhook: false,
    });
    const payload = stripeEvent(payment);
    const signatureHeader = Stripe.webhooks.generateTestHeaderString({ payload, secret: webhookSecret });
    await receiveStripeEvent(stores, {
      rawBody: Buffer.from(payload),
      signatureHeader,
      webhookSecret,
      now: new Date(),
    });
    return sum(meter.parts.get('recharge')?.values() ?? []);
  } finally {
    await Promise.all([stripe.close(), receiver.close()]);
  }
}

function stripeEvent(payment: object): string {
  const created = Math.floor(Date.now() / 1000);
  const event = { id: 'evt_bench', object: 'event', api_version: '2026-10-28.endive', created };
  return JSON.stringify({ ...event, type: 'payment_intent.succeeded', data: { object: payment } });
}

/** A creator whose diamonds are in so many shards: a quiet one has one, a hot one all 64. */
export async function countPayout(ground: Ground, { shards }: { shards: number }): Promise<Usage> {
  const path = await openGiftPath(ground, { counting: true, creatorIds: ['cy'] });
  const { ledger } = path.world;
  const receiver = await startWebhookReceiver();
  const credentials = { clientId: 'client', clientSecret: 'secret' };
  const simulator = await startPayPalSimulator({ ...credentials, webhookId: 'WH-1', webhookUrl: () => receiver.url });
  try {
    await steer(simulator.url, 'payouts', { autoComplete: false });
    const payouts = createPayPalPayouts({ ...credentials, apiUrl: simulator.url, timeoutSeconds: 5 });
    const orders = createPayPalOrders({ ...credentials, apiUrl: simulator.url, timeoutSeconds: 5 });
    const webhooks = createPayPalWebhookReader({ webhookId: 'WH-1', certificateOrigins: [simulator.url] });
    await prepareCreator(path.world, shards);
    path.meter.begin('payout');
    const command = {
      payoutId: newId(new Date()),
      creatorId: 'cy',
      asked: 'all',
      requestedBy: 'bench',
      now: new Date(),
    };
    const requested = await requestPayout({ ledger, catalog: path.world.catalog, payouts: path.queue }, command);
    if (isRefusal(requested)) throw new Error(requested.code);
    const { payoutId } = requested.payout;
    await submitPayout({ ledger, paypal: payouts }, { payoutId, now: new Date() });
    await steer(simulator.url, `payouts-items/${payoutId}/complete`);
    for (const { rawBody, headers } of await receiver.waitFor(1))
      await receivePayPalEvent(
        { ledger, catalog: path.world.catalog, paypal: { payouts, orders, webhooks } },
        { rawBody, headers, now: new Date() },
      );
    return sum(path.meter.parts.get('payout')?.values() ?? []);
  } finally {
    await Promise.all([simulator.close(), receiver.close()]);
  }
}

async function prepareCreator(world: Parameters<typeof fanWith>[0], shards: number): Promise<void> {
  const now = new Date();
  await fanWith(world, { userId: 'ana', coins: 1_000_000, now });
  for (let shard = 0; shard < shards; shard++)
    await creditDiamonds(world.ledger, { coins: Math.ceil(6_400 / shards), creatorId: 'cy', shard }, now);
  const profile = await putPayoutProfile(world.ledger, {
    creatorId: 'cy',
    method: 'paypal',
    destination: { type: 'email', value: 'cy@example.com' },
    schedule: 'none',
    identity: { state: 'verified' },
    now,
  });
  if (isRefusal(profile)) throw new Error(profile.code);
}
