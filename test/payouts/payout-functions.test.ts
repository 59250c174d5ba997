import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { APIGatewayProxyEventV2, Context, SQSBatchResponse } from 'aws-lambda';
import Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { HttpAnswer } from '../../shared/http/problem.ts';
import { newId } from '../../shared/identifiers.ts';
import { connectSecrets } from '../providers/connect-desk.ts';
import { steer } from '../providers/webhook-receiver.ts';
import {
  credit,
  nextCreator,
  openPayoutDesk,
  type PayoutDesk,
  payPalCredentials,
  payPalWebhookId,
  verifiedProfile,
} from '../support/payouts.ts';

type Handler = (event: unknown, context: Context) => Promise<unknown>;

const context = { getRemainingTimeInMillis: () => 120_000 } as Context;
const names = [
  'put-payout-profile',
  'request-payout',
  'get-payout',
  'list-payouts',
  'submit-payout',
  'receive-paypal-event',
  'receive-stripe-connect-event',
  'sweep-payouts',
  'approve-payout',
  'set-payout-hold',
  'get-payout-hold',
] as const;

let desk: PayoutDesk;
let secrets: { url: string; close(): Promise<void> };
let functions: Record<(typeof names)[number], Handler>;

beforeAll(async () => {
  desk = await openPayoutDesk((event) => functions['receive-paypal-event'](event, context) as Promise<HttpAnswer>);
  secrets = await startSecretsManager();
  const queueUrl = desk.payouts.url.replace(/\/\/[^:]+:/, '//127.0.0.1:');
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: inject('dynamodbUrl'),
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    AWS_ENDPOINT_URL_SQS: new URL(queueUrl).origin,
    LEDGER_TABLE: desk.world.ledger.name,
    CATALOG_TABLE: desk.world.catalogTable.name,
    PAYOUTS_QUEUE_URL: queueUrl,
    PAYPAL_SECRET_ID: 'paypal-keys',
    PAYPAL_API_URL: desk.payPalUrl,
    STRIPE_CONNECT_SECRET_ID: 'stripe-connect-keys',
    STRIPE_API_URL: 'http://127.0.0.1:9',
  });
  functions = await loadFunctions();
});
beforeEach(async () => {
  await nextCreator(desk);
  await desk.payouts.drain();
});
afterAll(async () => {
  await secrets.close();
  await desk.close();
});

/** The entry files read their environment when they are loaded, as on Lambda. */
async function loadFunctions(): Promise<typeof functions> {
  const loaded = await Promise.all(
    names.map(async (name) => [name, (await import(`../../functions/payouts/${name}.ts`)).handler] as const),
  );
  return Object.fromEntries(loaded) as typeof functions;
}

/** Answers GetSecretValue as Secrets Manager does. */
async function startSecretsManager(): Promise<typeof secrets> {
  const SecretString = JSON.stringify({ ...payPalCredentials, webhookId: payPalWebhookId, ...connectSecrets });
  const server = createServer(async (request, response) => {
    await text(request);
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ Name: 'paypal-keys', SecretString }));
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

type Call = {
  body?: unknown;
  path?: Record<string, string>;
  query?: Record<string, string>;
  key?: string;
  client?: string;
};

async function call(name: (typeof names)[number], { body, path, query, key, client = 'app' }: Call): Promise<Answer> {
  const event = {
    headers: { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
    requestContext: { requestId: 'request-1', authorizer: { jwt: { claims: { client_id: client } } } },
    isBase64Encoded: false,
    pathParameters: path,
    queryStringParameters: query,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  } as unknown as APIGatewayProxyEventV2;
  const answer = (await functions[name](event, context)) as HttpAnswer;
  return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body) };
}

function request(diamonds: unknown, change: Partial<Call> = {}): Promise<Answer> {
  return call('request-payout', { body: { creatorId: desk.creatorId, diamonds }, key: newId(new Date()), ...change });
}

/** Hands the messages that wait in the queue to a worker, as SQS does. */
async function deliverTo(name: 'submit-payout'): Promise<SQSBatchResponse> {
  const messages = await desk.payouts.drain();
  const Records = messages.map((message, index) => ({
    messageId: String(index),
    body: JSON.stringify(message),
    attributes: { ApproximateReceiveCount: '1' },
  }));
  return (await functions[name]({ Records }, context)) as SQSBatchResponse;
}

function stateOf(payoutId: string): () => Promise<unknown> {
  return async () => (await call('get-payout', { path: { payoutId } })).body.state;
}

describe('the functions of payouts', () => {
  it('pay a creator: the profile, the request, the queue, PayPal, the webhook', async () => {
    const put = { path: { creatorId: desk.creatorId }, body: verifiedProfile };
    expect(await call('put-payout-profile', put)).toMatchObject({
      status: 200,
      body: { creatorId: desk.creatorId, destination: { type: 'email', value: 'c•••@example.com' }, schedule: 'none' },
    });
    await credit(desk, { coins: 2800 });
    const key = newId(new Date());
    const requested = await request('1400', { key });
    expect(requested.status).toBe(202);
    expect(requested.body).toEqual({
      payoutId: key,
      creatorId: desk.creatorId,
      state: 'requested',
      diamonds: '1400',
      gross: { amount: 1400, currency: 'USD' },
      fee: { amount: 31, currency: 'USD' },
      net: { amount: 1369, currency: 'USD' },
      method: 'paypal',
      destination: { type: 'email', value: 'c•••@example.com' },
      requestedAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    const replayed = await request('1400', { key });
    expect(replayed).toMatchObject({ status: 200, headers: { 'idempotency-replayed': 'true' }, body: requested.body });

    expect(await deliverTo('submit-payout')).toEqual({ batchItemFailures: [] });
    expect(await stateOf(key)()).toBe('submitted');
    await steer(desk.payPalUrl, `payouts-items/${key}/complete`);
    await expect.poll(stateOf(key)).toBe('paid');
  });

  it('list payouts newest first, page by page', async () => {
    await credit(desk, { coins: 2800 });
    const ids: string[] = [];
    for (const diamonds of ['100', '200', '300']) ids.push(String((await request(diamonds)).body.payoutId));
    const path = { creatorId: desk.creatorId };
    const first = await call('list-payouts', { path, query: { limit: '2' } });
    expect(first.body.payouts).toMatchObject([{ payoutId: ids[2], diamonds: '300' }, { payoutId: ids[1] }]);
    const cursor = String(first.body.nextCursor);
    const second = await call('list-payouts', { path, query: { limit: '2', cursor } });
    expect(second.body).toEqual({ payouts: [expect.objectContaining({ payoutId: ids[0] })] });
    const foreign = Buffer.from('CREATOR#someone').toString('base64url');
    expect(await call('list-payouts', { path, query: { cursor: foreign } })).toMatchObject({ status: 400 });
    expect(await call('list-payouts', { path: { creatorId: 'nobody' } })).toMatchObject({ status: 404 });
  });

  it('ask for an approval and take it from another client', async () => {
    await credit(desk, { coins: 160_000 });
    const { body } = await request('80000');
    expect(body).toMatchObject({
      state: 'awaiting_approval',
      reason: { code: 'approval_required', action: 'Nothing: an operator decides.' },
    });
    const approval = { path: { payoutId: String(body.payoutId) }, body: { decision: 'approve' } };
    expect(await call('approve-payout', approval)).toMatchObject({ status: 403, body: { code: 'payout_not_allowed' } });
    const approved = await call('approve-payout', { ...approval, client: 'operations' });
    expect(approved).toMatchObject({ status: 200, body: { state: 'requested' } });
    expect(approved.body.reason).toBeUndefined();
  });

  it('take names and a tax profile, and say what they make of them', async () => {
    const path = { creatorId: desk.creatorId };
    const names = { legal: 'Cyril Example', atDestination: 'Maria Sample' };
    const taxProfile = { state: 'complete', validUntil: '2035-12-31' };
    const put = await call('put-payout-profile', { path, body: { ...verifiedProfile, names, taxProfile } });
    expect(put.body).toMatchObject({ nameMatch: 'mismatched', taxProfile, destinationSince: expect.any(String) });
    expect(JSON.stringify(put.body)).not.toMatch(/example, |sample|changedBy/i);
    await credit(desk, { coins: 2800 });
    expect((await request('1400')).body).toMatchObject({
      status: 403,
      code: 'payout_not_allowed',
      reason: 'name_mismatch',
      action: 'Use a destination in your own legal name, or correct the name.',
    });
  });

  it('hold the payouts of a creator, tell how that came to be, and end it', async () => {
    const path = { creatorId: desk.creatorId };
    const set = (body: object) => call('set-payout-hold', { path, body, client: 'compliance' });
    expect(await set({ held: true, reason: 'Case 4711' })).toMatchObject({
      status: 200,
      body: { ...path, held: true, reason: 'Case 4711', by: 'compliance' },
    });
    await credit(desk, { coins: 2800 });
    expect((await request('1400')).body).toMatchObject({ code: 'payout_not_allowed', reason: 'payout_on_hold' });
    expect(await set({ held: false, reason: 'Case closed' })).toMatchObject({ status: 200, body: { held: false } });
    expect((await call('get-payout-hold', { path })).body).toEqual({
      ...path,
      held: false,
      changes: [
        { held: false, reason: 'Case closed', by: 'compliance', at: expect.any(String) },
        { held: true, reason: 'Case 4711', by: 'compliance', at: expect.any(String) },
      ],
    });
    expect(await request('1400')).toMatchObject({ status: 202 });
    expect(await set({ held: true })).toMatchObject({ status: 400 });
    expect(await call('get-payout-hold', { path: { creatorId: 'nobody' } })).toMatchObject({ status: 404 });
  });

  it('sweep what is due', async () => {
    const report = await functions['sweep-payouts']({}, context);
    expect(report).toEqual({ replays: { replayed: 0, failed: 0 }, looked: 0, faults: 0, overdue: 0, isComplete: true });
  });

  it('hand back to the queue only the messages that failed', async () => {
    await credit(desk, { coins: 2800 });
    await request('1400');
    const [good] = await desk.payouts.drain();
    const record = (body: unknown, messageId: string) => ({ messageId, body: JSON.stringify(body), attributes: {} });
    const bad = [record({ version: 2 }, 'b'), record({ version: 1, payoutId: newId(new Date()) }, 'c')];
    const answer = await functions['submit-payout']({ Records: [record(good, 'a'), ...bad] }, context);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'b' }, { itemIdentifier: 'c' }] });
  });

  it.each<[string, unknown, string]>([
    ['a number of diamonds', 1400, 'diamonds'],
    ['a negative amount', '-1400', 'diamonds'],
    ['an exponent', '1e3', 'diamonds'],
    ['four decimals', '1.0001', 'diamonds'],
    ['nothing', undefined, 'diamonds'],
  ])('refuse a payout of %s', async (_case, diamonds, field) => {
    const answer = await request(diamonds);
    expect(answer).toMatchObject({ status: 400, body: { code: 'malformed_request' } });
    expect(String(answer.body.detail)).toContain(field);
  });

  it.each<[string, object]>([
    ['another method', { method: 'cheque' }],
    ['an unknown field', { currency: 'EUR' }],
    ['an address that is none', { destination: { type: 'email', value: 'cy' } }],
    ['an id that is none', { destination: { type: 'paypal_id', value: 'cy@example.com' } }],
    ['an account that is none', { method: 'bank', destination: { type: 'stripe_account', value: 'ba_1' } }],
    ['a bank whose destination is an address', { method: 'bank' }],
    ['PayPal with an account at Stripe', { destination: { type: 'stripe_account', value: 'acct_1' } }],
    ['another schedule', { schedule: 'daily' }],
    ['one name of two', { names: { legal: 'Cyril Example' } }],
    ['a name without a letter', { names: { legal: 'Cyril Example', atDestination: '...' } }],
    ['tax data', { taxProfile: { state: 'complete', taxId: '123-45-6789' } }],
    ['a day that does not exist', { identity: { state: 'verified', expiresOn: '2026-02-30' } }],
  ])('refuse a profile with %s', async (_case, change) => {
    const put = { path: { creatorId: desk.creatorId }, body: { ...verifiedProfile, ...change } };
    expect(await call('put-payout-profile', put)).toMatchObject({ status: 400, body: { code: 'malformed_request' } });
  });

  it('believe an event of Stripe Connect by the secret of either endpoint alone', async () => {
    const body = JSON.stringify({ object: 'event', id: 'evt_1', type: 'account.updated', data: { object: {} } });
    const statusBy = async (secret: string) => {
      const headers = { 'stripe-signature': Stripe.webhooks.generateTestHeaderString({ payload: body, secret }) };
      const event = { headers, body, isBase64Encoded: false, requestContext: { requestId: 'request-1' } };
      return ((await functions['receive-stripe-connect-event'](event, context)) as HttpAnswer).statusCode;
    };
    const { connectWebhookSecret, accountWebhookSecret } = connectSecrets;
    const secrets = [connectWebhookSecret, accountWebhookSecret, 'whsec_other'];
    expect(await Promise.all(secrets.map(statusBy))).toEqual([200, 200, 400]);
  });

  it('need a key that is a UUIDv7', async () => {
    expect((await request('1400', { key: '' })).body.code).toBe('idempotency_key_required');
    expect((await request('1400', { key: crypto.randomUUID() })).body.code).toBe('idempotency_key_invalid');
  });

  it('answer 404 for what does not exist', async () => {
    const id = newId(new Date());
    expect(await call('get-payout', { path: { payoutId: id } })).toMatchObject({ status: 404 });
    const unknown = await request('1400', { body: { creatorId: 'nobody', diamonds: '1400' } });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'creator_not_found' } });
  });
});
