import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { largestWebhookBytes } from '../../shared/http/webhook.ts';
import type { Item } from '../../shared/store/table.ts';
import {
  buy,
  newFan,
  openShop,
  payQuietly,
  purchase,
  type Shop,
  stripeEvent,
  walletOf,
  webhookOf,
  webhookRequest,
  webhookSecret,
} from './shop.ts';

let shop: Shop;
let userId: string;
let payload: string;
let before: Item[];

beforeAll(async () => {
  shop = await openShop();
  userId = await newFan(shop);
  const { paymentId } = await buy(shop, purchase(userId));
  payload = stripeEvent('payment_intent.succeeded', await payQuietly(shop, paymentId));
});
beforeEach(async () => {
  before = await everything();
});
afterAll(() => shop.close());

async function everything(): Promise<Item[]> {
  const { Items = [] } = await shop.ledger.client.send(
    new ScanCommand({ TableName: shop.ledger.name, ConsistentRead: true }),
  );
  return Items.toSorted((a, b) => (`${a.pk}${a.sk}` < `${b.pk}${b.sk}` ? -1 : 1));
}

function signed(body: string, { secret = webhookSecret, ageSeconds = 0 } = {}): Record<string, string> {
  const timestamp = Math.floor(Date.now() / 1000) - ageSeconds;
  return { 'stripe-signature': Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp }) };
}

async function send(body: string, headers: Record<string, string>, isBase64Encoded = false) {
  const {
    statusCode,
    headers: answered,
    body: text,
  } = await webhookOf(shop)({ ...webhookRequest(body, headers), isBase64Encoded });
  return { status: statusCode, type: answered['content-type'], problem: JSON.parse(text) as Record<string, unknown> };
}

describe('a webhook that Stripe did not sign just now', () => {
  it.each<[string, string, () => [string, Record<string, string>]]>([
    ['carries no signature', 'missing_signature', () => [payload, {}]],
    ['is signed with another secret', 'bad_signature', () => [payload, signed(payload, { secret: 'whsec_forged' })]],
    ['was changed after it was signed', 'bad_signature', () => [payload.replace('1299', '9999'), signed(payload)]],
    ['is truncated', 'bad_signature', () => [payload.slice(0, -20), signed(payload)]],
    ['is empty', 'bad_signature', () => ['', signed(payload)]],
    [
      'has a truncated signature',
      'bad_signature',
      () => [payload, { 'stripe-signature': signed(payload)['stripe-signature']?.slice(0, -4) ?? '' }],
    ],
    ['has a signature that is none', 'bad_signature', () => [payload, { 'stripe-signature': 'yes' }]],
    ['was signed 301 seconds ago', 'stale', () => [payload, signed(payload, { ageSeconds: 302 })]],
    ['was signed in the future', 'stale', () => [payload, signed(payload, { ageSeconds: -310 })]],
    ['is genuine, but no event', 'malformed', () => ['{"object":"event"}', signed('{"object":"event"}')]],
    ['is genuine, but no JSON', 'malformed', () => ['paid!', signed('paid!')]],
  ])('is refused and stores nothing when it %s', async (_case, reason, make) => {
    const [body, headers] = make();
    const { status, type, problem } = await send(body, headers);
    expect({ status, type }).toEqual({ status: 400, type: 'application/problem+json' });
    expect(problem).toMatchObject({ code: 'webhook_rejected', status: 400, reason });
    expect(await everything()).toEqual(before);
  });

  it('learns nothing from the answer: no secret, no time, nothing of the body', async () => {
    const { problem } = await send(payload, signed(payload, { secret: 'whsec_forged' }));
    expect(Object.keys(problem).sort()).toEqual(['code', 'detail', 'reason', 'status', 'title', 'type']);
    expect(JSON.stringify(problem)).not.toMatch(/whsec|pi_|evt_|\d{6,}/);
  });

  it('is refused and stores nothing when it is larger than any event', async () => {
    const padded = `${payload}${' '.repeat(largestWebhookBytes)}`;
    const { status, problem } = await send(padded, signed(padded));
    expect({ status, code: problem.code }).toEqual({ status: 413, code: 'body_too_large' });
    expect(await everything()).toEqual(before);
  });
});

describe('a webhook that Stripe signed', () => {
  it('is believed whether its bytes come as text or as base64', async () => {
    const text = await send(payload, signed(payload));
    const base64 = await send(Buffer.from(payload).toString('base64'), signed(payload), true);
    expect([text, base64].map(({ status, problem }) => ({ status, problem }))).toEqual([
      { status: 200, problem: { received: true } },
      { status: 200, problem: { received: true } },
    ]);
    expect((await walletOf(shop, userId)).paid).toBe(1000);
  });
});
