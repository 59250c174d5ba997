import { createRequire } from 'node:module';
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { catalogDefaults } from '../../shared/catalog/defaults.ts';
import { debitOrdinaryWallet } from '../../shared/gifts/debit-wallet.ts';
import type { GiftBody } from '../../shared/gifts/schemas.ts';
import { newId } from '../../shared/identifiers.ts';
import { coins, milliDiamonds } from '../../shared/money/units.ts';
import { walletKey } from '../../shared/store/keys.ts';
import { connectTable } from '../../shared/store/table.ts';
import { appId, fanWallet } from './fans.ts';
import { quantile } from './statistics.ts';

/**
 * Both contenders in one process of their own: the deployed bundle of the gift function, called with the gateway's events, and
 * the bare client's bundle, called with the very update that the product makes, ready in DynamoDB's own format. They take
 * turns, so that whatever the machine does meets both.
 */
const [giftBundle = '', bareBundle = '', creatorId = '', rounds = '', fans = ''] = process.argv.slice(2);
const load = createRequire(import.meta.url);
const { handler } = load(giftBundle) as { handler(event: unknown, context: unknown): Promise<{ statusCode: number }> };
const bare = load(bareBundle) as { handler(input: unknown): Promise<unknown> };
const table = process.env.LEDGER_TABLE ?? '';
const seeder = new DynamoDBClient({});
const ids = Array.from({ length: Number(fans) }, (_, i) => i);
const liveId = appId('number', 'live', 0);

/** A gift a turn and four turns would let the wallets pass a kilobyte: they are put anew before that. */
async function putWallets(): Promise<void> {
  for (let start = 0; start < ids.length * 2; start += 25) {
    const slice = Array.from({ length: Math.min(25, ids.length * 2 - start) }, (_, i) =>
      appId('number', 'fan', start + i),
    );
    const puts = slice.map((userId) => ({
      PutRequest: { Item: marshall({ ...walletKey(userId), ...fanWallet(userId, new Date()) }) },
    }));
    await seeder.send(new BatchWriteItemCommand({ RequestItems: { [table]: puts } }));
  }
}

function giftBody(fan: number): GiftBody {
  const context = { type: 'live', id: liveId } as const;
  return { senderId: appId('number', 'fan', fan), creatorId, gift: 'rose', quantity: 1, unitPrice: 1, context };
}

function giftEvent(fan: number): APIGatewayProxyEventV2 {
  return {
    version: '2.0',
    routeKey: 'POST /v1/gifts',
    rawPath: '/v1/gifts',
    rawQueryString: '',
    headers: {
      authorization: `Bearer ${'x'.repeat(800)}`,
      'content-type': 'application/json',
      host: 'api.example.com',
      'idempotency-key': newId(new Date()),
      'x-forwarded-proto': 'https',
    },
    requestContext: {
      accountId: '000000000000',
      apiId: 'bench',
      domainName: 'api.example.com',
      domainPrefix: 'api',
      http: { method: 'POST', path: '/v1/gifts', protocol: 'HTTP/1.1', sourceIp: '203.0.113.9', userAgent: 'app' },
      requestId: `request-${fan}`,
      routeKey: 'POST /v1/gifts',
      stage: '$default',
      time: '21/Nov/2026:12:00:00 +0000',
      timeEpoch: Date.now(),
      authorizer: { jwt: { claims: { client_id: 'app', scope: 'economy/write' }, scopes: ['economy/write'] } },
    } as APIGatewayProxyEventV2['requestContext'],
    body: JSON.stringify(giftBody(fan)),
    isBase64Encoded: false,
  };
}

/** Catches the update that the product makes of a gift, in DynamoDB's own format, before anything is sent. */
const caught: object[] = [];
const catcher = new DynamoDBClient({});
catcher.middlewareStack.add(
  () =>
    async ({ input }) => ({ output: { Attributes: {}, $metadata: {} }, response: void caught.push(input) }),
  {
    step: 'serialize',
  },
);
const catching = connectTable(table, catcher);

async function bareUpdate(fan: number): Promise<object> {
  const now = new Date();
  const command = { ...giftBody(fan), giftId: newId(now) };
  const quote = {
    price: coins(1),
    milliDiamonds: milliDiamonds(500),
    regions: undefined,
    switchedOn: { except: [] },
    versions: { gifts: '1', rates: '1' },
  };
  await debitOrdinaryWallet(catching, { command, quote, spending: catalogDefaults.spending, now });
  const input = caught.pop();
  if (!input) throw new Error('The update was not caught.');
  return input;
}

const context = { awsRequestId: 'bench', getRemainingTimeInMillis: () => 10_000 } as Context;

async function sendByHandler(fan: number): Promise<number> {
  const event = giftEvent(fan);
  const start = performance.now();
  const { statusCode } = await handler(event, context);
  const took = performance.now() - start;
  if (statusCode !== 201) throw new Error(`The gift function answered ${statusCode}.`);
  return took;
}

async function sendBare(fan: number): Promise<number> {
  const input = await bareUpdate(fan);
  const start = performance.now();
  await bare.handler(input);
  return performance.now() - start;
}

const turnsPerWallet = 3;
const times: { handler: number[]; bare: number[] }[] = [];
for (let round = -1; round < Number(rounds); round++) {
  const taken = { handler: [] as number[], bare: [] as number[] };
  await putWallets();
  for (let turn = 0; turn < turnsPerWallet; turn++) {
    for (const i of ids) {
      // Each goes first in every other pair.
      if (i % 2 === 0) taken.handler.push(await sendByHandler(2 * i));
      taken.bare.push(await sendBare(2 * i + 1));
      if (i % 2 === 1) taken.handler.push(await sendByHandler(2 * i));
    }
  }
  // The first round only warms both up.
  if (round >= 0) times.push(taken);
}
process.send?.({
  handlerP50Ms: quantile(
    times.flatMap((taken) => taken.handler),
    0.5,
  ),
  bareP50Ms: quantile(
    times.flatMap((taken) => taken.bare),
    0.5,
  ),
  ratios: times.map((taken) => quantile(taken.handler, 0.5) / quantile(taken.bare, 0.5)),
});
process.disconnect?.();
