import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localClientConfig } from '../../infra/local/credentials.ts';
import { playDemo } from '../../infra/local/demo/play-demo.ts';
import { auditCloud } from '../../infra/local/print-books.ts';
import { newId } from '../../shared/identifiers.ts';
import { creatorWithProfile, eventually, fanWithThousands, startTestCloud, type TestCloud } from '../support/cloud.ts';

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startTestCloud({ queueRetrySeconds: 1 });
});
afterAll(() => cloud?.close());

const context = { type: 'live', id: 'live-1' };

async function audited(): Promise<{ differences: unknown[]; sums: Record<string, number> }> {
  const { differences, sums } = await auditCloud(cloud);
  return { differences, sums };
}

/** How many items name an event in any of their keys; the sweeps and the providers write others at any moment. */
async function itemsNaming(eventId: string): Promise<number | undefined> {
  const client = new DynamoDBClient(localClientConfig(cloud.dynamodbUrl));
  const { Count } = await client.send(
    new ScanCommand({
      TableName: cloud.tableName,
      FilterExpression: 'contains(pk, :id) OR contains(sk, :id) OR eventId = :id',
      ExpressionAttributeValues: { ':id': { S: eventId } },
      Select: 'COUNT',
    }),
  );
  client.destroy();
  return Count;
}

const clean = { differences: [], sums: { coin: 0, diamond: 0, USD: 0 } };

/** A fan gives a creator so many diamonds, and they are credited. */
async function earn(creatorId: string, diamonds: number): Promise<void> {
  await creatorWithProfile(cloud, creatorId);
  const fan = `${creatorId}-fan`;
  await fanWithThousands(cloud, fan, Math.ceil((diamonds * 2) / 1000));
  const tip = { senderId: fan, creatorId, gift: 'tip', quantity: 1, unitPrice: diamonds * 2, context };
  expect((await cloud.api.post('/v1/gifts', tip)).status).toBe(201);
  await eventually('the gift is credited', async () => (await diamondsOf(creatorId)).available === String(diamonds));
}

async function diamondsOf(creatorId: string): Promise<Record<string, string>> {
  return (await cloud.api.get(`/v1/creators/${creatorId}/earnings`)).body.diamonds as Record<string, string>;
}

async function stateOf(payoutId: unknown): Promise<unknown> {
  return (await cloud.api.get(`/v1/payouts/${payoutId}`)).body.state;
}

describe('the money loop, through the API of the local cloud', () => {
  it('plays the stories of the demo, after which every asset sums to zero', { timeout: 90_000 }, async () => {
    const lines: string[] = [];
    await playDemo(cloud, (line) => lines.push(line));
    expect(lines.join('\n')).toContain('14.00 USD less a fee of 0.31, 13.69 paid');
    expect(lines).toContain("  Di's 250 diamonds of that gift are reversed");
    expect(lines).toContain('  The dispute is won: he has all 2,000 again');
    expect(lines).toContain('  A Party Hat (99) is refused, spending_limit_reached: 50 are left of today');
    expect(lines).toContain("  She is first on the live's leaderboard, with 1,900 coins");
    expect(lines).toContain('  Gil withdraws 950 diamonds to his bank: 9.50 USD less a fee of 2.90, 6.60 paid');
    expect(lines).toContain('  A second operator approves, and a minute later they hold, without a deployment');
    expect(await diamondsOf('cy')).toEqual({
      maturing: '0',
      available: '0',
      held: '0',
      paidOut: '1400',
      lifetime: '1400',
    });
    expect(await audited()).toEqual(clean);
  });

  it('lets exactly one of fifty parallel gifts through when there are coins for one', async () => {
    await creatorWithProfile(cloud, 'crowd');
    await fanWithThousands(cloud, 'poor', 1);
    const gift = { senderId: 'poor', creatorId: 'crowd', gift: 'fireworks', quantity: 1, unitPrice: 1000, context };
    const answers = await Promise.all(Array.from({ length: 50 }, () => cloud.api.post('/v1/gifts', gift)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status, body }) => status === 402 && body.code === 'insufficient_coins')).toHaveLength(49);
  });

  it('debits once when the same key comes fifty times at once, with the same answer to all', async () => {
    await fanWithThousands(cloud, 'hasty', 1);
    const gift = { senderId: 'hasty', creatorId: 'crowd', gift: 'rose', quantity: 10, unitPrice: 1, context };
    const key = newId(new Date());
    const answers = await Promise.all(Array.from({ length: 50 }, () => cloud.api.post('/v1/gifts', gift, { key })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const replays = answers.filter(
      ({ status, headers }) => status === 200 && headers.get('idempotency-replayed') === 'true',
    );
    expect(replays).toHaveLength(49);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect((await cloud.api.get('/v1/users/hasty/wallet')).body).toMatchObject({ coins: 990, spent: { day: 10 } });
    expect((await cloud.api.post('/v1/gifts', { ...gift, quantity: 11 }, { key })).status).toBe(422);
  });

  it('credits coins once when Stripe delivers each event five times', async () => {
    await cloud.control('stripe', 'webhooks', { copies: 5 });
    await fanWithThousands(cloud, 'copied', 1);
    await cloud.control('stripe', 'webhooks', { copies: 1 });
    expect((await cloud.api.get('/v1/users/copied/wallet')).body).toMatchObject({ coins: 1000 });
    expect(await audited()).toEqual(clean);
  });

  it('pays once when PayPal took the payout but its answer never came', async () => {
    await earn('timeout', 300);
    await cloud.control('paypal', 'faults', { next: 'error_after_effect', count: 1 });
    const { body } = await cloud.api.post('/v1/payouts', { creatorId: 'timeout', diamonds: 'all' });
    await eventually('the payout is paid', async () => (await stateOf(body.payoutId)) === 'paid', 60);
    const { items } = await cloud.control('paypal', 'books');
    const mine = (items as { senderItemId: string; timesPaid: number }[]).filter(
      ({ senderItemId }) => senderItemId === body.payoutId,
    );
    expect(mine).toEqual([expect.objectContaining({ timesPaid: 1 })]);
    expect(await audited()).toEqual(clean);
  });

  it('gives diamonds back once when a paid payout is returned, however often PayPal says so', async () => {
    await earn('returned', 300);
    const { body } = await cloud.api.post('/v1/payouts', { creatorId: 'returned', diamonds: '200' });
    await eventually('the payout is paid', async () => (await stateOf(body.payoutId)) === 'paid');
    await cloud.control('paypal', 'webhooks', { copies: 5 });
    await cloud.control('paypal', `payouts-items/${body.payoutId}/return`, {});
    await eventually('the payout is returned', async () => (await stateOf(body.payoutId)) === 'returned');
    await cloud.control('paypal', 'webhooks', { copies: 1 });
    expect(await diamondsOf('returned')).toMatchObject({ available: '300', held: '0', paidOut: '0' });
    expect(await audited()).toEqual(clean);
  });

  it('lets one of two requests at once for the same diamonds win', async () => {
    await earn('twice', 200);
    const request = { creatorId: 'twice', diamonds: '200' };
    const answers = await Promise.all([cloud.api.post('/v1/payouts', request), cloud.api.post('/v1/payouts', request)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('insufficient_diamonds');
  });
});

describe('whoever must not get in', () => {
  const user = { region: 'US', birthDate: '1990-01-01' };

  it('refuses calls without a token, with a forged one, and with the wrong scope', async () => {
    const call = (headers: Record<string, string>) =>
      fetch(`${cloud.apiUrl}/v1/users/intruder`, { method: 'PUT', headers, body: JSON.stringify(user) });
    for (const headers of [
      {},
      { authorization: 'Bearer nonsense' },
      { authorization: `Bearer ${cloud.tokens.write}x` },
    ]) {
      const response = await call(headers as Record<string, string>);
      expect(response.status).toBe(401);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
    }
    const response = await call({ authorization: `Bearer ${cloud.tokens.read}` });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'insufficient_scope' });
    expect((await cloud.api.get('/v1/users/intruder/wallet')).status).toBe(404);
  });

  it('keeps operators’ routes from the app, and answers problems for bad requests', async () => {
    expect(
      (await cloud.api.put('/v1/operations/wallets/poor/status', { status: 'frozen', reason: 'test' })).status,
    ).toBe(403);
    const bad = await cloud.api.post('/v1/gifts', { senderId: 'poor' }, { key: 'abc' });
    expect(bad.status).toBe(400);
    expect(bad.headers.get('content-type')).toBe('application/problem+json');
    expect(bad.body).toMatchObject({ code: 'idempotency_key_invalid', type: expect.stringContaining('/problems/') });
    const large = await cloud.api.post('/v1/gifts', { senderId: 'x'.repeat(70_000) });
    expect(large).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
  });

  it('refuses forged webhooks and stores nothing', async () => {
    for (const provider of ['stripe', 'paypal']) {
      const response = await fetch(`${cloud.apiUrl}/v1/webhooks/${provider}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'stripe-signature': 't=1,v1=00' },
        body: '{"id":"evt_forged","type":"payment_intent.succeeded"}',
      });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code: 'webhook_rejected' });
    }
    expect(await itemsNaming('evt_forged')).toBe(0);
    expect((await audited()).differences).toEqual([]);
  });
});
