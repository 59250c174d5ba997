import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startPayPalSimulator } from '../../infra/local/simulators/paypal.ts';
import { startStripeSimulator } from '../../infra/local/simulators/stripe.ts';
import type { HttpAnswer } from '../../shared/http/problem.ts';
import { newId } from '../../shared/identifiers.ts';
import type { SweepReport } from '../../shared/recharges/sweep-recharges.ts';
import { steer } from '../providers/webhook-receiver.ts';
import { freshLedger } from '../support/ledger.ts';
import { apiKey, newFan, type Shop, startGate, walletOf, webhookSecret } from './shop.ts';

type Handler = (event: unknown, context: Context) => Promise<unknown>;
type Functions = Record<
  'createRecharge' | 'getRecharge' | 'receiveStripeEvent' | 'receivePayPalEvent' | 'sweepRecharges',
  Handler
>;

const context = { getRemainingTimeInMillis: () => 60_000 } as Context;
const closers: (() => Promise<unknown>)[] = [];
let functions: Functions;
let shop: Pick<Shop, 'ledger' | 'catalog'>;
let stripeUrl: string;
let payPalUrl: string;
let userId: string;

beforeAll(async () => {
  const { ledger, catalog } = await freshLedger();
  const gate = await startGate(async (event) => (await functions.receiveStripeEvent(event, context)) as HttpAnswer);
  const stripe = await startStripeSimulator({ apiKey, webhookSecret, webhookUrl: () => gate.url });
  const payPalGate = await startGate(
    async (event) => (await functions.receivePayPalEvent(event, context)) as HttpAnswer,
  );
  const payPalKeys = { clientId: 'client', clientSecret: 'secret', webhookId: 'WH-FUNCTIONS' };
  const payPal = await startPayPalSimulator({ ...payPalKeys, webhookUrl: () => payPalGate.url });
  const secrets = await startSecretsManager({
    'stripe-keys': JSON.stringify({ apiKey, webhookSecret }),
    'paypal-keys': JSON.stringify(payPalKeys),
  });
  closers.push(stripe.close, gate.close, payPal.close, payPalGate.close, secrets.close);
  stripeUrl = stripe.url;
  payPalUrl = payPal.url;
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: inject('dynamodbUrl'),
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    LEDGER_TABLE: ledger.name,
    CATALOG_TABLE: catalog.name,
    STRIPE_SECRET_ID: 'stripe-keys',
    STRIPE_API_URL: stripe.url,
    PAYPAL_SECRET_ID: 'paypal-keys',
    PAYPAL_API_URL: payPal.url,
  });
  functions = await loadFunctions();
  const { openCatalog } = await import('../../shared/catalog/catalog.ts');
  shop = { ledger, catalog: openCatalog(catalog) };
  userId = await newFan(shop as Shop);
});
afterAll(async () => {
  for (const close of closers) await close();
});

/** The entry files read their environment when they are loaded, as on Lambda. */
async function loadFunctions(): Promise<Functions> {
  const [createRecharge, getRecharge, receiveStripeEvent, receivePayPalEvent, sweepRecharges] = await Promise.all([
    import('../../functions/recharges/create-recharge.ts'),
    import('../../functions/recharges/get-recharge.ts'),
    import('../../functions/recharges/receive-stripe-event.ts'),
    import('../../functions/payouts/receive-paypal-event.ts'),
    import('../../functions/recharges/sweep-recharges.ts'),
  ]);
  return {
    createRecharge: createRecharge.handler as unknown as Handler,
    getRecharge: getRecharge.handler as unknown as Handler,
    receiveStripeEvent: receiveStripeEvent.handler as unknown as Handler,
    receivePayPalEvent: receivePayPalEvent.handler as unknown as Handler,
    sweepRecharges: sweepRecharges.handler as unknown as Handler,
  };
}

/** Answers GetSecretValue as Secrets Manager does. */
async function startSecretsManager(secrets: Record<string, string>): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const { SecretId } = JSON.parse(await text(request)) as { SecretId: string };
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ Name: SecretId, SecretString: secrets[SecretId] }));
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

type Answer = { status: number; headers: Record<string, string>; body: Record<string, unknown> };

async function call(handler: Handler, request: Partial<APIGatewayProxyEventV2>): Promise<Answer> {
  const requestContext = { requestId: 'request-1' };
  const answer = (await handler(
    { headers: {}, requestContext, isBase64Encoded: false, ...request },
    context,
  )) as HttpAnswer;
  return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body) };
}

function create(body: object, key = newId(new Date())): Promise<Answer> {
  const headers = { 'idempotency-key': key, 'content-type': 'application/json' };
  return call(functions.createRecharge, { headers, body: JSON.stringify(body) });
}

function get(rechargeId: string): Promise<Answer> {
  return call(functions.getRecharge, { pathParameters: { rechargeId } });
}

function wish(change: object = {}): object {
  return { userId, packageId: 'us-app-1000', channel: 'app', provider: 'stripe', ...change };
}

describe('the functions of recharges', () => {
  it('sell coins: the order, the payment, the webhook, the wallet', async () => {
    const key = newId(new Date());
    const created = await create(wish(), key);
    expect(created.status).toBe(201);
    expect(created.body).toEqual({
      rechargeId: key,
      userId,
      state: 'pending',
      coins: 1000,
      bonusCoins: 0,
      price: { amount: 1299, currency: 'USD' },
      expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      checkout: {
        provider: 'stripe',
        paymentIntentId: expect.stringMatching(/^pi_/),
        clientSecret: expect.stringMatching(/_secret_/),
      },
    });
    const { paymentIntentId } = created.body.checkout as { paymentIntentId: string };

    const replayed = await create(wish(), key);
    expect(replayed).toMatchObject({ status: 200, headers: { 'idempotency-replayed': 'true' }, body: created.body });

    await steer(stripeUrl, `payment_intents/${paymentIntentId}/pay`);
    await expect.poll(async () => (await get(key)).body.state).toBe('paid');
    const { clientSecret: _, ...checkout } = created.body.checkout as Record<string, string>;
    expect((await get(key)).body).toEqual({ ...created.body, state: 'paid', paidAt: expect.any(String), checkout });
    expect((await walletOf(shop as Shop, userId)).paid).toBe(1000);
  });

  it('sell coins through PayPal: the order, the buyer who agrees, the money, the wallet', async () => {
    const buyer = await newFan(shop as Shop);
    const { status, body } = await create(wish({ userId: buyer, provider: 'paypal' }));
    expect({ status, state: body.state }).toEqual({ status: 201, state: 'pending' });
    const { orderId } = body.checkout as { orderId: string };
    expect(body.checkout).toEqual({ provider: 'paypal', orderId, approveUrl: expect.stringContaining(orderId) });
    await steer(payPalUrl, `orders/${orderId}/approve`);
    await expect.poll(async () => (await get(String(body.rechargeId))).body.state).toBe('paid');
    expect((await get(String(body.rechargeId))).body.checkout).toEqual({ provider: 'paypal', orderId });
    expect((await walletOf(shop as Shop, buyer)).paid).toBe(1000);
  });

  it('say what Stripe declined, and never hand out the secret again on reading', async () => {
    const { body } = await create(wish());
    const { paymentIntentId } = body.checkout as { paymentIntentId: string };
    await steer(stripeUrl, `payment_intents/${paymentIntentId}/fail`);
    await expect.poll(async () => (await get(String(body.rechargeId))).body.state).toBe('failed');
    const read = await get(String(body.rechargeId));
    expect(read.body).toMatchObject({ failure: 'card_declined', checkout: { provider: 'stripe', paymentIntentId } });
    expect(JSON.stringify(read.body)).not.toContain('secret');
  });

  it('ask to be called again when Stripe gives no answer, and carry on then', async () => {
    const key = newId(new Date());
    await steer(stripeUrl, 'faults', { next: 'error_500', count: 2, method: 'POST' });
    const busy = await create(wish(), key);
    expect(busy).toMatchObject({ status: 503, headers: { 'retry-after': '1' }, body: { code: 'busy' } });
    expect(await create(wish(), key)).toMatchObject({ status: 200, body: { rechargeId: key, state: 'pending' } });
  });

  it('sweep the orders that are due', async () => {
    const report = (await functions.sweepRecharges({}, context)) as { recharges: SweepReport; withdrawals: object };
    expect(report).toEqual({
      replays: { replayed: 0, failed: 0 },
      recharges: { credited: 0, expired: 0, unpaid: 0, changed: 0, failed: 0, complete: true },
      withdrawals: { settled: 0, changed: 0, failed: 0 },
    });
  });

  it('answer 404 for a recharge that nobody made', async () => {
    expect(await get(newId(new Date()))).toMatchObject({ status: 404, body: { code: 'recharge_not_found' } });
  });

  it.each<[string, object, string]>([
    ['a price', { price: 1 }, 'price'],
    ['coins', { coins: 1_000_000 }, 'coins'],
    ['another provider', { provider: 'cash' }, 'provider'],
    ['another channel', { channel: 'shop' }, 'channel'],
    ['a user id with a separator', { userId: 'ana#HEAD' }, 'userId'],
  ])('refuse a request that brings %s', async (_case, change, field) => {
    const answer = await create({ ...wish(), ...change });
    expect(answer).toMatchObject({ status: 400, body: { code: 'malformed_request' } });
    expect(String(answer.body.detail)).toContain(field);
  });
});
