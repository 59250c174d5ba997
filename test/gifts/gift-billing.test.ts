import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { openCatalog, putVersion } from '../../shared/catalog/catalog.ts';
import { catalogDefaults } from '../../shared/catalog/defaults.ts';
import { billGift } from '../../shared/gifts/bill-gift.ts';
import type { GiftOrder } from '../../shared/gifts/gift-orders.ts';
import { sendGift } from '../../shared/gifts/send-gift.ts';
import type { HttpAnswer } from '../../shared/http/problem.ts';
import { idOfName } from '../../shared/named-id.ts';
import { setWalletStatus } from '../../shared/operations/set-wallet-status.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { Contention } from '../../shared/store/contention.ts';
import { putUser } from '../../shared/users/put-user.ts';
import { setLimits } from '../../shared/users/set-limits.ts';
import { captureLog } from '../support/capture-output.ts';
import { fanWith, newWorld, register, type World, walletOf } from '../support/people.ts';

type Answer = { status: number; body: Record<string, unknown> };

const secret = 'c2VjcmV0LW9mLXRoZS1saXZlLXNkay1mb3ItdGVzdHMtb25seS0wMQ==';
const former = 'Zm9ybWVyLXNlY3JldC1vZi10aGUtbGl2ZS1zZGstZm9yLXRlc3RzLTAy';
const context = { getRemainingTimeInMillis: () => 10_000 } as Context;
const now = new Date();
let world: World;
let handler: (event: unknown, context: Context) => Promise<unknown>;
let orders = 0;
let fans = 0;
let databaseRequests: string[] = [];
let log: ReturnType<typeof captureLog>;
const servers: Server[] = [];

beforeAll(async () => {
  world = await newWorld(now);
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: await serve(async (body, target) => {
      databaseRequests.push(target.replace(/.*\./, ''));
      const headers = { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0', authorization: signedBy };
      return (await fetch(inject('dynamodbUrl'), { method: 'POST', headers, body })).text();
    }),
    AWS_ENDPOINT_URL_SECRETS_MANAGER: await serve(async () =>
      JSON.stringify({ SecretString: JSON.stringify({ current: secret, previous: former }) }),
    ),
    LEDGER_TABLE: world.ledger.name,
    CATALOG_TABLE: world.catalogTable.name,
    GIFT_BILLING_SECRET_ID: 'gift-billing',
  });
  handler = (await import('../../functions/gifts/bill-gift.ts')).handler as typeof handler;
});

/** DynamoDB Local keeps the tables of each access key and region apart. */
const signedBy =
  'AWS4-HMAC-SHA256 Credential=local/20261121/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0';

beforeEach(() => {
  log = captureLog();
  return () => log.restore();
});

afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(answer: (body: string, target: string) => Promise<string>): Promise<string> {
  const server = createServer(async (request, response) => {
    const given = await answer(await text(request), String(request.headers['x-amz-target']));
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.statusCode = given.includes('ConditionalCheckFailedException') ? 400 : 200;
    response.end(given);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function fan(coins: number): Promise<string> {
  fans += 1;
  const userId = `viewer-${fans}`;
  await fanWith(world, { userId, coins, now });
  return userId;
}

function order(senderId: string, change: object = {}): Record<string, unknown> {
  orders += 1;
  return {
    orderId: `room 1/${orders}`,
    orderedAt: new Date().toISOString(),
    senderId,
    creatorId: 'cy',
    gift: 'rose',
    quantity: 1,
    unitPrice: 1,
    context: { type: 'live', id: 'live-1' },
    ...change,
  };
}

type Delivery = { body?: string; signedWith?: string; at?: Date; headers?: Record<string, string> };

async function ask(
  asked: object,
  { body, signedWith = secret, at = new Date(), headers }: Delivery = {},
): Promise<Answer> {
  const signed = JSON.stringify(asked);
  const event = {
    body: Buffer.from(body ?? signed).toString('base64'),
    isBase64Encoded: true,
    headers: headers ?? {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(signedWith).sign('msg_1', at, signed),
    },
    requestContext: { requestId: 'r' },
  } as unknown as APIGatewayProxyEventV2;
  const answer = (await handler(event, context)) as HttpAnswer;
  return { status: answer.statusCode, body: JSON.parse(answer.body) };
}

describe('a live SDK that asks before it shows a gift', () => {
  it('is told that the gift is paid for, by one request to the database, and what is left', async () => {
    const senderId = await fan(100);
    await ask(order(senderId));
    databaseRequests = [];
    const asked = order(senderId, { gift: 'tip', unitPrice: 40 });
    const { status, body } = await ask(asked);
    expect(databaseRequests).toEqual(['UpdateItem']);
    expect([status, body]).toEqual([
      200,
      {
        ...{ allowed: true, code: 'ok', replayed: false, state: 'sent', coins: 40, diamonds: '20' },
        giftId: idOfName(`gift order\n${asked.orderId}`, new Date(String(asked.orderedAt))),
        sentAt: expect.any(String),
        versions: { gifts: '1', rates: '1' },
        wallet: { coins: 59 },
      },
    ]);
  });

  it('gets the same gift for the same order, however often and at once it asks', async () => {
    const senderId = await fan(100);
    const asked = order(senderId);
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(asked)));
    expect(answers.map(({ body }) => body.allowed)).not.toContain(false);
    expect(answers.filter(({ body }) => body.replayed === false)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => body.giftId)).size).toBe(1);
    expect((await walletOf(world, senderId)).paid).toBe(99);
  });

  it('is refused another gift under the same order', async () => {
    const senderId = await fan(100);
    const asked = order(senderId);
    await ask(asked);
    for (const change of [{ quantity: 2 }, { creatorId: 'cy', context: { type: 'video', id: 'live-1' } }])
      expect((await ask({ ...asked, ...change })).body).toMatchObject({
        allowed: false,
        code: 'idempotency_key_reused',
      });
    expect((await walletOf(world, senderId)).paid).toBe(99);
  });

  it('is refused what the route of gifts refuses, with the same codes and facts', async () => {
    const poor = await fan(1);
    const [frozen, limited] = [await fan(100), await fan(100)];
    await setWalletStatus(world.ledger, { userId: frozen, status: 'frozen', reason: 'test', caller: 'op', now });
    const limits = { userId: limited, limits: { day: 10 }, caller: 'app', now };
    expect(isRefusal(await setLimits(world, limits))).toBe(false);
    await putUser(world, { userId: 'kid', region: 'US', birthDate: '2015-01-01', now });
    await register(world, 'nobody-rich', now);
    const refusals: [Record<string, unknown>, string, object?][] = [
      [order(poor, { gift: 'tip', unitPrice: 40 }), 'insufficient_coins', { coins: 1, price: 40 }],
      [order(frozen), 'wallet_frozen'],
      [order(limited, { gift: 'tip', unitPrice: 11 }), 'spending_limit_reached', { setBy: 'user', left: 10 }],
      [order('kid'), 'age_restricted'],
      [order('cyril'), 'self_gift'],
      [order('who', {}), 'user_not_found'],
      [order(poor, { unitPrice: 2 }), 'price_changed', { price: 1 }],
      [order(poor, { gift: 'nothing' }), 'gift_not_found'],
      [order(poor, { creatorId: 'nobody' }), 'creator_not_found'],
    ];
    for (const [asked, code, facts = {}] of refusals) {
      const { status, body } = await ask(asked);
      expect({ status, body }).toMatchObject({ status: 200, body: { allowed: false, code, facts } });
      const { orderId: _, orderedAt: __, ...gift } = asked;
      const sent = await sendGift(world, { ...(gift as GiftOrder['command']), giftId: String(body.giftId) }, now);
      expect(isRefusal(sent) && sent.code).toBe(code);
    }
  });

  it('is refused where gifts are switched off', async () => {
    const senderId = await fan(10);
    const value = { ...catalogDefaults.switches, regions: { US: { gifts: false } } };
    const off = { ...world, catalog: openCatalog(world.catalogTable) };
    const later = new Date(now.getTime() + 2 * 86_400_000);
    const effectiveAt = later.toISOString();
    await putVersion(world.catalogTable, 'switches', { version: '2', effectiveAt, value });
    const refused = await billGift(off, orderOf(senderId, later), later);
    expect(isRefusal(refused) && refused.code).toBe('switched_off');
  });
});

function orderOf(senderId: string, orderedAt: Date): GiftOrder {
  orders += 1;
  const gift = { senderId, creatorId: 'cy', gift: 'rose', quantity: 1, unitPrice: 1 };
  const command = {
    ...gift,
    giftId: idOfName(`order ${orders}`, orderedAt),
    context: { type: 'live' as const, id: 'l' },
  };
  return { command, orderedAt };
}

describe('an order whose answer came too late', () => {
  const secondsOn = (seconds: number) => new Date(now.getTime() + seconds * 1_000);

  it('is answered with its gift, also long afterwards, when it was carried out', async () => {
    const senderId = await fan(10);
    const late = orderOf(senderId, now);
    await billGift(world, late, secondsOn(29));
    for (const seconds of [31, 59, 86_400])
      expect(await billGift(world, late, secondsOn(seconds))).toMatchObject({ replayed: true });
    expect((await walletOf(world, senderId)).paid).toBe(9);
  });

  it('is not carried out any more, and known for certain as not carried out after a minute', async () => {
    const senderId = await fan(10);
    const lost = orderOf(senderId, now);
    await expect(billGift(world, lost, secondsOn(31))).rejects.toThrow(Contention);
    await expect(billGift(world, lost, secondsOn(60))).rejects.toThrow(Contention);
    expect(await billGift(world, lost, secondsOn(61))).toBe('order_expired');
    const asked = order(senderId, { orderedAt: new Date(Date.now() - 61_000).toISOString() });
    expect(await ask(asked)).toMatchObject({ status: 200, body: { allowed: false, code: 'order_expired' } });
    expect((await walletOf(world, senderId)).paid).toBe(10);
  });

  it('is refused with another body all the same', async () => {
    const known = orderOf(await fan(10), now);
    await billGift(world, known, now);
    const other = { ...known, command: { ...known.command, quantity: 3 } };
    const refused = await billGift(world, other, secondsOn(3_600));
    expect(isRefusal(refused) && refused.code).toBe('idempotency_key_reused');
  });
});

describe('a request that nobody vouches for', () => {
  it('is believed with the former secret as well, while that is kept', async () => {
    expect((await ask(order(await fan(5)), { signedWith: former })).body).toMatchObject({ allowed: true });
  });

  it('is refused when a byte was changed, the secret is another, the time is not now or a header is missing, and debits nothing', async () => {
    const senderId = await fan(10);
    const asked = order(senderId);
    const changed = JSON.stringify({ ...asked, quantity: 9 });
    const long = 6 * 60_000;
    const deliveries: [Delivery, string][] = [
      [{ body: changed }, 'bad_signature'],
      [{ body: `${JSON.stringify(asked)} ` }, 'bad_signature'],
      [{ signedWith: Buffer.from('another secret of nobody at all').toString('base64') }, 'bad_signature'],
      [{ at: new Date(Date.now() - long) }, 'stale'],
      [{ at: new Date(Date.now() + long) }, 'stale'],
      [{ headers: {} }, 'missing_signature'],
      [{ headers: { 'webhook-id': 'm', 'webhook-timestamp': '1', 'webhook-signature': 'v1,' } }, 'bad_signature'],
    ];
    for (const [delivery, reason] of deliveries)
      expect(await ask(asked, delivery)).toMatchObject({ status: 400, body: { code: 'webhook_rejected', reason } });
    expect((await walletOf(world, senderId)).paid).toBe(10);
  });

  it('is malformed without what makes an order, with more than that, or from the future', async () => {
    const senderId = await fan(10);
    const { orderId: _, ...nameless } = order(senderId);
    const wrong = [
      nameless,
      order(senderId, { coupon: 'x' }),
      order(senderId, { orderedAt: 'just now' }),
      order(senderId, { orderedAt: new Date(Date.now() + 120_000).toISOString() }),
    ];
    for (const asked of wrong)
      expect(await ask(asked)).toMatchObject({ status: 400, body: { code: 'malformed_request' } });
    expect((await walletOf(world, senderId)).paid).toBe(10);
  });
});
