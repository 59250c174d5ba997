import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ApiAnswer } from '../../infra/local/api-client.ts';
import { newId } from '../../shared/identifiers.ts';
import { withdrawalKey } from '../../shared/store/keys.ts';
import { updateIf } from '../../shared/store/write.ts';
import { look, steer } from '../providers/webhook-receiver.ts';
import { creatorWithProfile, eventually, startTestCloud, type TestCloud } from '../support/cloud.ts';
import {
  allDelivered,
  balanceOf,
  bought,
  inLedger,
  type Order,
  stateOf,
  troublesOf,
} from '../support/payment-cloud.ts';

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startTestCloud();
  await creatorWithProfile(cloud, 'cy');
});
beforeEach(() =>
  Promise.all([...providers, 'stripe' as const].map((one) => steer(cloud.simulators[one], 'faults/clear'))),
);
afterAll(() => cloud?.close());

const providers = ['stripe', 'paypal'] as const;
type Seller = (typeof providers)[number];
type Sale = Order & { id: string };

/** 660 coins for 8.99 pounds. */
function sold(provider: Seller, region = 'GB', packageId = 'gb-app-660'): Promise<Sale> {
  return bought(cloud, provider, { region, packageId });
}

function withdraw({ rechargeId }: Pick<Sale, 'rechargeId'>, key = newId(new Date())): Promise<ApiAnswer> {
  return cloud.api.post(`/v1/recharges/${rechargeId}/withdrawal`, undefined, { key });
}

/** The amounts that a provider gave back of a payment, as it writes them. */
async function refundsOf({ provider, id }: Sale): Promise<unknown[]> {
  const url = cloud.simulators[provider];
  if (provider === 'stripe') {
    type Refund = { payment_intent: string; amount: number };
    const { refunds } = await look<{ refunds: Refund[] }>(url, 'refunds');
    return refunds.flatMap(({ payment_intent, amount }) => (payment_intent === id ? [amount] : []));
  }
  type Sales = {
    captures: { id: string; orderId: string }[];
    refunds: { captureId: string; amount: { value: string } }[];
  };
  const { captures, refunds } = await look<Sales>(url, 'orders');
  const captureId = captures.find(({ orderId }) => orderId === id)?.id;
  return refunds.flatMap((refund) =>
    refund.captureId === captureId ? [Number(refund.amount.value.replace('.', ''))] : [],
  );
}

/** The sweep's two minutes are over. */
async function sweepLater(withdrawalId: string): Promise<void> {
  await inLedger(cloud, (ledger) =>
    updateIf(ledger, {
      Key: withdrawalKey(withdrawalId),
      ConditionExpression: 'attribute_exists(dueAt)',
      UpdateExpression: 'SET dueAt = :past',
      ExpressionAttributeValues: { ':past': '2026-01-01T00:00:00.000Z' },
    }),
  );
  expect(await cloud.invoke('SweepRecharges', {})).toMatchObject({ payload: { withdrawals: { failed: 0 } } });
}

describe.each(providers)('a withdrawal from a purchase through %s', (provider) => {
  it('gives the price back once, whatever comes of the request and however often', async () => {
    const sale = await sold(provider);
    const key = newId(new Date());
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => withdraw(sale, key)));
    for (const { status } of answers) expect([200, 202]).toContain(status);
    const again = await withdraw(sale, key);
    expect(again).toMatchObject({
      status: 200,
      body: { state: 'refunded', coins: 660, bonusCoins: 0, refund: { amount: 899, currency: 'GBP' } },
    });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    await allDelivered(cloud, provider);
    expect(await refundsOf(sale)).toEqual([899]);
    expect(await balanceOf(cloud, sale)).toMatchObject({ paidCoins: 0, owedCoins: 0 });
    expect(await stateOf(cloud, sale)).toBe('refunded');
  });

  it('gives back the share of what is unused, rounded down', async () => {
    const sale = await sold(provider);
    const tip = { senderId: sale.userId, creatorId: 'cy', gift: 'tip', quantity: 1, unitPrice: 260 };
    const context = { type: 'live', id: 'live-1' };
    expect((await cloud.api.post('/v1/gifts', { ...tip, context })).status).toBe(201);
    // 899 × 400 ÷ 660 is 544.8, and 660 × 544 ÷ 899 is 399.4.
    expect(await withdraw(sale)).toMatchObject({ status: 202, body: { coins: 399, refund: { amount: 544 } } });
    await allDelivered(cloud, provider);
    expect(await refundsOf(sale)).toEqual([544]);
    expect(await balanceOf(cloud, sale)).toMatchObject({ paidCoins: 1, owedCoins: 0 });
  });

  it.each(['error_500', 'error_after_effect'] as const)(
    'is kept and carried on by the sweep when the answer is %s, and pays once',
    async (next) => {
      const sale = await sold(provider);
      const path = provider === 'stripe' ? '/v1/refunds' : '/v2/payments';
      await steer(cloud.simulators[provider], 'faults', { next, count: 2, method: 'POST', path });
      const key = newId(new Date());
      expect(await withdraw(sale, key)).toMatchObject({ status: 202, body: { state: 'requested' } });
      expect(await balanceOf(cloud, sale)).toMatchObject({ paidCoins: 0 });
      await steer(cloud.simulators[provider], 'faults/clear');
      await sweepLater(key);
      expect(await withdraw(sale, key)).toMatchObject({ status: 200, body: { state: 'refunded' } });
      await allDelivered(cloud, provider);
      expect(await refundsOf(sale)).toEqual([899]);
      expect(await balanceOf(cloud, sale)).toMatchObject({ paidCoins: 0, owedCoins: 0 });
    },
  );

  it('lets one of two requests at once have what is left', async () => {
    const sale = await sold(provider);
    const answers = await Promise.all([withdraw(sale), withdraw(sale)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('nothing_to_withdraw');
    await allDelivered(cloud, provider);
    expect(await refundsOf(sale)).toEqual([899]);
  });

  it('frees the coins again when the provider will not give the money back', async () => {
    const sale = await sold(provider);
    const at = provider === 'stripe' ? `payment_intents/${sale.id}/refund` : `captures/${sale.id}/refund`;
    await steer(cloud.simulators[provider], 'webhooks', { hold: true });
    await steer(cloud.simulators[provider], at);
    expect(await withdraw(sale)).toMatchObject({ status: 202, body: { state: 'refused', reason: expect.any(String) } });
    expect(await balanceOf(cloud, sale)).toMatchObject({ paidCoins: 660 });
    await steer(cloud.simulators[provider], 'webhooks', { hold: false });
    await steer(cloud.simulators[provider], 'webhooks/release');
    await eventually('the dashboard’s refund took the coins', async () => (await stateOf(cloud, sale)) === 'refunded');
    expect(await balanceOf(cloud, sale)).toMatchObject({ paidCoins: 0, owedCoins: 0 });
  });
});

describe('a withdrawal that is refused', () => {
  it('says why: no key, a key of another purchase, no such purchase, no such right, sold by a store', async () => {
    const [sale, other] = [await sold('stripe'), await sold('paypal')];
    expect(await withdraw(sale, 'no-uuid')).toMatchObject({ status: 400, body: { code: 'idempotency_key_invalid' } });
    const key = newId(new Date());
    expect((await withdraw(sale, key)).status).toBe(202);
    expect(await withdraw(other, key)).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    const nobody = { rechargeId: newId(new Date()) };
    expect(await withdraw(nobody)).toMatchObject({ status: 404, body: { code: 'recharge_not_found' } });
    const american = await sold('stripe', 'US', 'us-app-1000');
    expect(await withdraw(american)).toMatchObject({ status: 403, body: { code: 'withdrawal_period_over' } });
    const atStore = await bought(cloud, 'apple', { region: 'GB', packageId: 'gb-app-660' });
    expect(await withdraw(atStore)).toMatchObject({ status: 403, body: { code: 'withdrawal_at_store' } });
  });
});

describe('the books after all of it', () => {
  it('balance', async () => {
    for (const provider of providers) await allDelivered(cloud, provider);
    expect(await troublesOf(cloud)).toEqual([]);
  });
});
