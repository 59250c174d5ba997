import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../shared/identifiers.ts';
import { rechargeKey } from '../../shared/store/keys.ts';
import { updateIf } from '../../shared/store/write.ts';
import { steer } from '../providers/webhook-receiver.ts';
import { creatorWithProfile, eventually, startTestCloud, type TestCloud } from '../support/cloud.ts';
import {
  allDelivered,
  balanceOf,
  becomes,
  bought,
  inLedger,
  newPerson,
  type Order,
  orderAt,
  type Paid,
  pay,
  stateOf,
  troublesOf,
} from '../support/payment-cloud.ts';

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startTestCloud();
  await creatorWithProfile(cloud, 'cy');
});
afterAll(async () => {
  if (!cloud) return;
  for (const provider of providers) await allDelivered(cloud, provider);
  expect(await troublesOf(cloud)).toEqual([]);
  await cloud.close();
});

const providers = ['stripe', 'paypal', 'apple', 'google'] as const;

function at(provider: Order['provider'], path: string, body: object = {}): Promise<{ id: string }> {
  return steer(cloud.simulators[provider], path, body);
}

/** Gives the whole price back as the provider's own dashboard, or the store, does. */
function refund({ provider, id, token }: Order & Paid, body: object = {}): Promise<{ id: string }> {
  const path = {
    stripe: `payment_intents/${id}/refund`,
    paypal: `captures/${id}/refund`,
    apple: `transactions/${id}/refund`,
    google: `purchases/${token}/refund`,
  }[provider];
  return at(provider, path, body);
}

/** The fan tips `cy`; gives the status and the refusal, where it is one. */
async function spend(senderId: string, coins: number): Promise<unknown> {
  const tip = { senderId, creatorId: 'cy', gift: 'tip', quantity: 1, unitPrice: coins };
  const { status, body } = await cloud.api.post('/v1/gifts', { ...tip, context: { type: 'live', id: 'live-1' } });
  return status === 201 ? 'sent' : body.code;
}

/** Its app hands in what a store gave for a purchase. */
function handIn({ provider }: Order, rechargeId: string, { receipt, token }: Paid) {
  const [path, body] =
    provider === 'apple'
      ? ['apple-transaction', { signedTransaction: receipt }]
      : ['google-purchase', { purchaseToken: token }];
  return cloud.api.post(`/v1/recharges/${rechargeId}/${path}`, body);
}

describe.each(providers)('a purchase through %s, over HTTP', (provider) => {
  it('is credited once and goes back once when each of its events comes five times at once', async () => {
    await at(provider, 'webhooks', { copies: 5 });
    const sale = await bought(cloud, provider);
    await allDelivered(cloud, provider);
    expect(await balanceOf(cloud, sale)).toMatchObject({ paidCoins: 1000, owedCoins: 0 });
    await refund(sale);
    await becomes(cloud, sale, 'refunded');
    await allDelivered(cloud, provider);
    await at(provider, 'webhooks', { copies: 1 });
    expect(await balanceOf(cloud, sale)).toMatchObject({ paidCoins: 0, owedCoins: 0 });
  });

  it('has one order and one payment when its app asks five times at once, and refuses the key for another', async () => {
    const [userId, key] = [await newPerson(cloud), newId(new Date())];
    const orders = await Promise.all([1, 2, 3, 4, 5].map(() => orderAt(cloud, provider, { userId, key })));
    const checkouts = new Set(orders.map(({ checkout: { approveUrl: _, ...checkout } }) => JSON.stringify(checkout)));
    expect(checkouts.size).toBe(1);
    const other = { userId, packageId: 'us-app-500', channel: 'app', provider };
    expect(await cloud.api.post('/v1/recharges', other, { key })).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
    const [order] = orders;
    if (order) await pay(cloud, order);
    await becomes(cloud, { rechargeId: key }, 'paid');
    expect(await balanceOf(cloud, { userId })).toMatchObject({ paidCoins: 1000 });
  });

  it('is credited as quoted when its money comes after the quote has expired', async () => {
    const order = await orderAt(cloud, provider);
    // At Stripe nobody pays what has expired; but what was begun before is paid.
    const isUnderWay = provider === 'stripe';
    if (isUnderWay) await at(provider, `payment_intents/${order.checkout.paymentIntentId}/process`);
    const past = '2026-01-01T00:00:00.000Z';
    await inLedger(cloud, (ledger) =>
      updateIf(ledger, {
        Key: rechargeKey(order.rechargeId),
        UpdateExpression: 'SET expiresAt = :past, createdAt = :past, dueAt = :past',
        ExpressionAttributeValues: { ':past': past },
      }),
    );
    await cloud.invoke('SweepRecharges', {});
    expect(await stateOf(cloud, order)).toBe(isUnderWay ? 'pending' : 'expired');
    await pay(cloud, order);
    await becomes(cloud, order, 'paid');
    expect(await balanceOf(cloud, order)).toMatchObject({ paidCoins: 1000 });
  });

  it('leaves a debt when it goes back after half was spent, which the next purchase repays first', async () => {
    const sale = await bought(cloud, provider);
    expect(await spend(sale.userId, 500)).toBe('sent');
    await refund(sale);
    await becomes(cloud, sale, 'refunded');
    expect(await balanceOf(cloud, sale)).toMatchObject({ paidCoins: 0, owedCoins: 500 });
    expect(await spend(sale.userId, 1)).toBe('debt_outstanding');
    await bought(cloud, provider, { userId: sale.userId });
    expect(await balanceOf(cloud, sale)).toMatchObject({ paidCoins: 500, owedCoins: 0 });
  });

  it('leaves nothing in the wallet when its refund is told before its payment', async () => {
    await at(provider, 'webhooks', { hold: true, order: 'reversed' });
    const order = await orderAt(cloud, provider);
    const paid = await pay(cloud, order);
    // PayPal takes the money when it is asked about what the buyer agreed to.
    if (provider === 'paypal') {
      await inLedger(cloud, (ledger) =>
        updateIf(ledger, {
          Key: rechargeKey(order.rechargeId),
          UpdateExpression: 'SET dueAt = :past',
          ExpressionAttributeValues: { ':past': '2026-01-01T00:00:00.000Z' },
        }),
      );
      await cloud.invoke('SweepRecharges', {});
      await becomes(cloud, order, 'paid');
    }
    await refund({ ...order, ...paid });
    await at(provider, 'webhooks', { hold: false });
    await at(provider, 'webhooks/release');
    await allDelivered(cloud, provider);
    await at(provider, 'webhooks', { order: 'sent' });
    // What Google shows when it is asked about the payment is a purchase that is canceled already.
    expect(await stateOf(cloud, order)).toBe(provider === 'google' ? 'failed' : 'refunded');
    expect(await balanceOf(cloud, order)).toMatchObject({ paidCoins: 0, owedCoins: 0 });
  });

  it('is shown with what became of its coins, to operators alone', async () => {
    const sale = await bought(cloud, provider);
    expect(await spend(sale.userId, 250)).toBe('sent');
    const creditedAll = async () =>
      (await cloud.api.get(`/v1/users/${sale.userId}/entries`)).body.entries as { gift?: { state: string } }[];
    await eventually('the gift is credited', async () =>
      (await creditedAll()).every(({ gift }) => gift === undefined || gift.state === 'credited'),
    );
    expect(await spend(sale.userId, 110)).toBe('sent');
    const path = `/v1/operations/recharges/${sale.rechargeId}/evidence`;
    expect((await cloud.api.get(path)).status).toBe(403);
    const { status, body } = await cloud.api.get(path, { scope: 'operate' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ rechargeId: sale.rechargeId, userId: sale.userId, provider, region: 'US', state: 'paid' },
      ...{ coins: 1000, price: { amount: 1299, currency: 'USD' }, delivered: true, deliveredAt: expect.any(String) },
      ...{ consumedCoins: 360, unusedCoins: 640, consumedPercent: '36.000', consentsToTell: false, more: false },
      gifts: [
        { gift: 'tip', creatorId: 'cy', quantity: 1, coins: 110, context: { type: 'live', id: 'live-1' } },
        { gift: 'tip', creatorId: 'cy', quantity: 1, coins: 250 },
      ],
    });
    await refund(sale);
    await becomes(cloud, sale, 'refunded');
    const after = await cloud.api.get(path, { scope: 'operate' });
    expect(after.body).toMatchObject({ state: 'refunded', consumedCoins: 360, unusedCoins: 0 });
  });
});

describe.each(['stripe', 'paypal'] as const)('a purchase through %s', (provider) => {
  it('is credited without any webhook, by the sweep', async () => {
    const order = await orderAt(cloud, provider);
    await pay(cloud, order, { webhook: false });
    await inLedger(cloud, (ledger) =>
      updateIf(ledger, {
        Key: rechargeKey(order.rechargeId),
        UpdateExpression: 'SET dueAt = :past',
        ExpressionAttributeValues: { ':past': '2026-01-01T00:00:00.000Z' },
      }),
    );
    await cloud.invoke('SweepRecharges', {});
    await becomes(cloud, order, 'paid');
    expect(await balanceOf(cloud, order)).toMatchObject({ paidCoins: 1000 });
  });

  it.each([
    ['won', 'paid', 1000],
    ['lost', 'charged_back', 0],
  ] as const)('that is disputed is frozen, and %s in the end it is %s', async (end, state, paidCoins) => {
    const sale = await bought(cloud, provider);
    const path = provider === 'stripe' ? `payment_intents/${sale.id}/dispute` : `captures/${sale.id}/dispute`;
    const { id } = await at(provider, path);
    await becomes(cloud, sale, 'disputed');
    expect(await balanceOf(cloud, sale)).toMatchObject({ paidCoins: 0, owedCoins: 0 });
    const verb = provider === 'stripe' ? end : { won: 'win', lost: 'lose' }[end];
    await at(provider, `disputes/${id}/${verb}`);
    await becomes(cloud, sale, state);
    expect(await balanceOf(cloud, sale)).toMatchObject({ paidCoins, owedCoins: 0 });
  });
});

describe.each(['apple', 'google'] as const)('a receipt of %s', (provider) => {
  it('credits the account whose order it names, once, when two accounts send it at once', async () => {
    const [order, other] = [await orderAt(cloud, provider), await orderAt(cloud, provider)];
    const paid = await pay(cloud, order, { webhook: false });
    const [own, foreign, again] = await Promise.all([
      handIn(order, order.rechargeId, paid),
      handIn(order, other.rechargeId, paid),
      handIn(order, order.rechargeId, paid),
    ]);
    expect([own, again]).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect(foreign).toMatchObject({ status: 422, body: { code: 'receipt_rejected', reason: 'recharge_differs' } });
    expect(await balanceOf(cloud, order)).toMatchObject({ paidCoins: 1000 });
    expect(await balanceOf(cloud, other)).toMatchObject({ paidCoins: 0 });
    expect(await stateOf(cloud, other)).toBe('pending');
  });

  it.each([
    ['JPY', 1600],
    ['USD', 1299],
    ['KWD', 3990],
  ] as const)(
    'keeps what the store charged in %s to the last unit, and takes back the part that goes back',
    async (currency, minor) => {
      const decimals = { JPY: 0, USD: 2, KWD: 3 }[currency];
      const order = await orderAt(cloud, provider);
      const nanos = (minor % 10 ** decimals) * 10 ** (9 - decimals);
      const price =
        provider === 'apple'
          ? { price: minor * 10 ** (3 - decimals), currency }
          : {
              total: { currencyCode: currency, units: String(Math.trunc(minor / 10 ** decimals)), nanos },
              quantity: 2,
            };
      const sale = { ...order, ...(await pay(cloud, order, price)) };
      await becomes(cloud, sale, 'paid');
      const bought = provider === 'apple' ? 1000 : 2000;
      expect(await balanceOf(cloud, sale)).toMatchObject({ paidCoins: bought });
      await refund(sale, provider === 'apple' ? { percentage: 50_000 } : { quantity: 1 });
      await becomes(cloud, sale, 'partially_refunded');
      const { body } = await cloud.api.get(`/v1/recharges/${sale.rechargeId}`);
      const gone = Math.floor(minor / 2);
      const coins = Math.floor((bought * gone) / minor);
      expect(body.takenBack).toMatchObject({ coins, refunded: { amount: gone, currency } });
      expect(await balanceOf(cloud, sale)).toMatchObject({ paidCoins: bought - coins });
    },
  );
});

describe('yen', () => {
  it.each(['stripe', 'paypal'] as const)(
    'are whole at %s, in the price and in what goes back of it',
    async (provider) => {
      const sale = await bought(cloud, provider, { region: 'JP', packageId: 'jp-app-1000' });
      expect(await balanceOf(cloud, sale)).toMatchObject({ paidCoins: 1000 });
      await refund(sale, provider === 'stripe' ? { amount: 400 } : { value: '400' });
      await becomes(cloud, sale, 'partially_refunded');
      const { body } = await cloud.api.get(`/v1/recharges/${sale.rechargeId}`);
      expect(body).toMatchObject({
        price: { amount: 1600, currency: 'JPY' },
        takenBack: { coins: 250, refunded: { amount: 400, currency: 'JPY' } },
      });
    },
  );
});
