import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { HttpAnswer } from '../../shared/http/problem.ts';
import { newId } from '../../shared/identifiers.ts';
import { type AppleShop, appleApp, appleOrder, buyOnDevice, notification, openAppleShop } from './apple-shop.ts';
import { webhookRequest } from './shop.ts';

type Handler = (event: unknown, context: Context) => Promise<unknown>;

const context = { getRemainingTimeInMillis: () => 60_000 } as Context;
let shop: AppleShop;
let secrets: { url: string; close(): Promise<void> };
let receiveTransaction: Handler;
let receiveEvent: Handler;

beforeAll(async () => {
  shop = await openAppleShop();
  secrets = await startSecretsManager({ ...appleApp, rootCertificates: shop.authority.chain[2] });
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: inject('dynamodbUrl'),
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    LEDGER_TABLE: shop.ledger.name,
    CATALOG_TABLE: 'Catalog-unused',
    APPLE_SECRET_ID: 'apple-keys',
    APPLE_API_URL: shop.appleUrl,
    APPLE_ENVIRONMENT: 'Sandbox',
  });
  // The entry files read their environment when they are loaded, as on Lambda.
  const [transactions, events] = await Promise.all([
    import('../../functions/recharges/receive-apple-transaction.ts'),
    import('../../functions/recharges/receive-apple-event.ts'),
  ]);
  receiveTransaction = transactions.handler as unknown as Handler;
  receiveEvent = events.handler as unknown as Handler;
});
afterAll(async () => {
  await secrets.close();
  await shop.close();
});

async function startSecretsManager(secret: object): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ Name: 'apple-keys', SecretString: JSON.stringify(secret) }));
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

async function handIn(rechargeId: string, body: object): Promise<{ status: number; body: Record<string, unknown> }> {
  const request: Partial<APIGatewayProxyEventV2> = {
    headers: { 'content-type': 'application/json' },
    requestContext: { requestId: 'request-1' } as APIGatewayProxyEventV2['requestContext'],
    pathParameters: { rechargeId },
    isBase64Encoded: false,
    body: JSON.stringify(body),
  };
  const answer = (await receiveTransaction(request, context)) as HttpAnswer;
  return { status: answer.statusCode, body: JSON.parse(answer.body) };
}

describe("the App Store's functions", () => {
  it('answer a receipt with the order as it is then', async () => {
    const order = await appleOrder(shop);
    const { transactionId, signedTransaction } = await buyOnDevice(shop, order);
    expect(await handIn(order.rechargeId, { signedTransaction })).toMatchObject({
      status: 200,
      body: {
        rechargeId: order.rechargeId,
        state: 'paid',
        coins: 1000,
        checkout: { provider: 'apple', productId: order.productId, appAccountToken: order.rechargeId, transactionId },
      },
    });
  });

  it('refuse what is no receipt, what pays another order, and what nobody ordered', async () => {
    const [order, other] = [await appleOrder(shop), await appleOrder(shop)];
    const { signedTransaction } = await buyOnDevice(shop, other);
    expect(await handIn(order.rechargeId, { signedTransaction: 'paid!' })).toMatchObject({
      status: 400,
      body: { code: 'malformed_request' },
    });
    expect(await handIn(order.rechargeId, { signedTransaction })).toMatchObject({
      status: 422,
      body: { code: 'receipt_rejected', reason: 'recharge_differs' },
    });
    expect(await handIn(newId(new Date()), { signedTransaction })).toMatchObject({
      status: 404,
      body: { code: 'recharge_not_found' },
    });
  });

  it('take a notification', async () => {
    const order = await appleOrder(shop);
    const transaction = await buyOnDevice(shop, order);
    const body = notification(shop, { type: 'ONE_TIME_CHARGE', transaction });
    const answer = (await receiveEvent(webhookRequest(body, {}), context)) as HttpAnswer;
    expect({ status: answer.statusCode, body: JSON.parse(answer.body) }).toEqual({
      status: 200,
      body: { received: true },
    });
    const { signedTransaction } = transaction;
    expect(await handIn(order.rechargeId, { signedTransaction })).toMatchObject({ body: { state: 'paid' } });
  });
});
