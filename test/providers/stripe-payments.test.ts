import Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startStripeSimulator } from '../../infra/local/simulators/stripe.ts';
import { minor } from '../../shared/money/units.ts';
import { ProviderOutcomeUnknown } from '../../shared/providers/provider-outcome-unknown.ts';
import { createStripePayments, type NewPayment, type StripePayments } from '../../shared/providers/stripe.ts';
import { look, startWebhookReceiver, steer, type WebhookReceiver } from './webhook-receiver.ts';

type Simulator = Awaited<ReturnType<typeof startStripeSimulator>>;

const apiKey = 'sk_test_payments';
let receiver: WebhookReceiver;
let simulator: Simulator;
let payments: StripePayments;

beforeAll(async () => {
  receiver = await startWebhookReceiver();
  simulator = await startStripeSimulator({ apiKey, webhookSecret: 'whsec_payments', webhookUrl: () => receiver.url });
  payments = createStripePayments({ apiKey, apiUrl: simulator.url, timeoutSeconds: 0.5 });
});
beforeEach(() => steer(simulator.url, 'faults/clear'));
afterAll(async () => {
  await simulator.close();
  await receiver.close();
});

let lastOrder = 0;
function order(differing: Partial<NewPayment> = {}): NewPayment {
  lastOrder += 1;
  return {
    rechargeId: `recharge-${lastOrder}`,
    userId: 'ana',
    amountMinor: minor(1299),
    currency: 'USD',
    description: '1,000 coins',
    ...differing,
  };
}

async function paymentsOf(rechargeId: string): Promise<object[]> {
  type Listed = { paymentIntents: { metadata: { rechargeId: string } }[] };
  const { paymentIntents } = await look<Listed>(simulator.url, 'payment_intents');
  return paymentIntents.filter(({ metadata }) => metadata.rechargeId === rechargeId);
}

describe('opening a payment at Stripe', () => {
  it('gives what the buyer needs, and names the recharge and the user in it', async () => {
    const { rechargeId, ...rest } = order();
    const opened = await payments.createPaymentIntent({ rechargeId, ...rest });
    expect(opened.status).toBe('open');
    expect(opened.clientSecret).toContain(opened.paymentId);
    expect(await payments.retrievePaymentIntent(opened.paymentId)).toEqual({
      provider: 'stripe',
      paymentId: opened.paymentId,
      status: 'open',
      amountMinor: 1299,
      amountReceivedMinor: 0,
      currency: 'USD',
      rechargeId,
      userId: 'ana',
    });
  });

  it('opens one payment however often the same recharge asks, even at once', async () => {
    const same = order();
    const opened = await Promise.all(Array.from({ length: 5 }, () => payments.createPaymentIntent(same)));
    expect(new Set(opened.map(({ paymentId }) => paymentId)).size).toBe(1);
    expect(await paymentsOf(same.rechargeId)).toHaveLength(1);
  });

  it('is refused when the same recharge asks for other money', async () => {
    const first = order();
    await payments.createPaymentIntent(first);
    const other = payments.createPaymentIntent({ ...first, amountMinor: minor(1) });
    await expect(other).rejects.toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
  });

  it.each(['timeout_after_effect', 'error_after_effect', 'error_500'])(
    'opens one payment despite a %s',
    async (next) => {
      await steer(simulator.url, 'faults', { next });
      const struck = order();
      const opened = await payments.createPaymentIntent(struck);
      expect(await payments.createPaymentIntent(struck)).toEqual(opened);
      expect(await paymentsOf(struck.rechargeId)).toHaveLength(1);
    },
  );

  it.each(['timeout', 'timeout_after_effect', 'error_500', 'unreadable_after_effect', 'rate_limited', 'busy'])(
    'leaves the outcome open when %s goes on, and opens one payment when asked again',
    async (next) => {
      await steer(simulator.url, 'faults', { next, count: 2 });
      const struck = order();
      await expect(payments.createPaymentIntent(struck)).rejects.toBeInstanceOf(ProviderOutcomeUnknown);
      await steer(simulator.url, 'faults/clear');
      await payments.createPaymentIntent(struck);
      expect(await paymentsOf(struck.rechargeId)).toHaveLength(1);
    },
  );

  it('leaves the outcome open when nobody listens', async () => {
    const nobody = createStripePayments({ apiKey, apiUrl: 'http://127.0.0.1:9', timeoutSeconds: 0.5 });
    await expect(nobody.createPaymentIntent(order())).rejects.toBeInstanceOf(ProviderOutcomeUnknown);
  });

  it('says plainly that the API key is wrong', async () => {
    const stranger = createStripePayments({ apiKey: 'sk_test_wrong', apiUrl: simulator.url, timeoutSeconds: 0.5 });
    await expect(stranger.createPaymentIntent(order())).rejects.toBeInstanceOf(Stripe.errors.StripeAuthenticationError);
  });

  it('asks for yen as whole yen', async () => {
    const { paymentId } = await payments.createPaymentIntent(order({ amountMinor: minor(160), currency: 'JPY' }));
    const payment = await payments.retrievePaymentIntent(paymentId);
    expect(payment).toMatchObject({ amountMinor: 160, currency: 'JPY' });
  });
});

describe('asking Stripe about a payment', () => {
  async function openedId(): Promise<string> {
    return (await payments.createPaymentIntent(order())).paymentId;
  }

  it('shows a payment that was paid without a webhook', async () => {
    const id = await openedId();
    await steer(simulator.url, `payment_intents/${id}/pay`, { webhook: false });
    const payment = await payments.retrievePaymentIntent(id);
    expect(payment).toMatchObject({ status: 'succeeded', amountReceivedMinor: 1299 });
    expect(receiver.received.some(({ rawBody }) => rawBody.includes(id))).toBe(false);
  });

  it('shows what was really received', async () => {
    const id = await openedId();
    const metadata = { rechargeId: 'another', userId: 'bo' };
    await steer(simulator.url, `payment_intents/${id}/pay`, { amount: 500, currency: 'eur', metadata, webhook: false });
    const payment = await payments.retrievePaymentIntent(id);
    expect(payment).toMatchObject({ amountReceivedMinor: 500, currency: 'EUR', rechargeId: 'another', userId: 'bo' });
  });

  it('shows why the last attempt failed', async () => {
    const id = await openedId();
    await steer(simulator.url, `payment_intents/${id}/fail`);
    const payment = await payments.retrievePaymentIntent(id);
    expect(payment).toMatchObject({ status: 'open', failureCode: 'card_declined' });
  });

  it('fails for a payment that Stripe does not know', async () => {
    await expect(payments.retrievePaymentIntent('pi_unknown')).rejects.toMatchObject({ code: 'resource_missing' });
  });
});

describe('the Stripe simulator', () => {
  it('takes and declines cards, and pays back, through the SDK', async () => {
    const { hostname, port } = new URL(simulator.url);
    const stripe = new Stripe(apiKey, { host: hostname, port, protocol: 'http', maxNetworkRetries: 0 });
    const { paymentId } = await payments.createPaymentIntent(order());
    const declined = stripe.paymentIntents.confirm(paymentId, { payment_method: 'pm_card_chargeDeclined' });
    await expect(declined).rejects.toBeInstanceOf(Stripe.errors.StripeCardError);
    const paid = await stripe.paymentIntents.confirm(paymentId, { payment_method: 'pm_card_visa' });
    expect(paid.status).toBe('succeeded');
    const refund = await stripe.refunds.create({ payment_intent: paymentId, amount: 299 });
    expect(refund).toMatchObject({ amount: 299, status: 'succeeded' });
    await expect(stripe.refunds.create({ payment_intent: paymentId, amount: 1001 })).rejects.toThrow();
  });

  it('stays up whatever it is sent', async () => {
    const bearer = { authorization: `Bearer ${apiKey}` };
    const requests = [
      fetch(`${simulator.url}/v1/payment_intents`, { method: 'POST', body: '%%%', headers: bearer }),
      fetch(`${simulator.url}/v1/payment_intents`, {
        method: 'POST',
        body: 'amount[x]=1&__proto__[y]=2',
        headers: bearer,
      }),
      fetch(`${simulator.url}/v1/payment_intents/%FF`, { headers: bearer }),
      fetch(`${simulator.url}/_control/faults`, { method: 'POST', body: 'not json' }),
      fetch(`${simulator.url}/nowhere`),
      fetch(`${simulator.url}/v1/payment_intents`, { method: 'POST' }),
    ];
    const statuses = (await Promise.all(requests)).map(({ status }) => status);
    expect(statuses).toEqual([400, 400, 404, 400, 404, 401]);
  });
});
