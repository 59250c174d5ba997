import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProviderOutcomeUnknown } from '../../shared/providers/provider-outcome-unknown.ts';
import { createStripePayments } from '../../shared/providers/stripe.ts';
import { createRecharge } from '../../shared/recharges/create-recharge.ts';
import { presentRecharge } from '../../shared/recharges/present-recharge.ts';
import { stripeProvider } from '../../shared/recharges/stripe-provider.ts';
import { rechargeKey } from '../../shared/store/keys.ts';
import { readItem } from '../../shared/store/read.ts';
import { updateIf } from '../../shared/store/write.ts';
import { steer } from '../providers/webhook-receiver.ts';
import { meddledTable } from './meddled-table.ts';
import {
  apiKey,
  buy,
  catalogWith,
  changeWallet,
  deliver,
  minutesAfter,
  newFan,
  openShop,
  orderOf,
  paymentsOf,
  payQuietly,
  purchase,
  type Shop,
  stripeEvent,
  sweep,
} from './shop.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

describe('opening a recharge', () => {
  it('quotes the package from the catalogue and hands out what the buyer needs to pay', async () => {
    const command = purchase(await newFan(shop));
    const now = new Date();
    const { order, checkout, replayed, paymentId } = await buy(shop, command, now);
    expect(replayed).toBe(false);
    expect(presentRecharge(order, checkout)).toEqual({
      rechargeId: command.rechargeId,
      userId: command.userId,
      state: 'pending',
      coins: 1000,
      bonusCoins: 0,
      price: { amount: 1299, currency: 'USD' },
      expiresAt: minutesAfter(now, 15).toISOString(),
      checkout: {
        provider: 'stripe',
        paymentIntentId: paymentId,
        clientSecret: expect.stringMatching(new RegExp(`^${paymentId}_secret_`)),
      },
    });
    expect(await paymentsOf(shop, command.rechargeId)).toEqual([paymentId]);
  });

  it('never stores the secret that lets the buyer pay', async () => {
    const command = purchase(await newFan(shop));
    const { clientSecret } = await buy(shop, command);
    const stored = JSON.stringify(await readItem(shop.ledger, rechargeKey(command.rechargeId)));
    expect(clientSecret).toBeDefined();
    expect(stored).not.toContain(clientSecret);
    expect(stored).not.toContain('secret');
  });

  it('takes whole yen, and rupiah with their two decimals, in the unit that Stripe counts in', async () => {
    const yen = await buy(shop, purchase(await newFan(shop, 'JP'), { packageId: 'jp-app-1000' }));
    const rupiah = await buy(shop, purchase(await newFan(shop, 'ID'), { packageId: 'id-app-70' }));
    expect(yen.order).toMatchObject({ priceMinor: 1600, currency: 'JPY' });
    expect(rupiah.order).toMatchObject({ priceMinor: 1_700_000, currency: 'IDR' });
    const { payments } = shop;
    expect(await payments.retrievePaymentIntent(yen.paymentId)).toMatchObject({ amountMinor: 1600 });
    expect(await payments.retrievePaymentIntent(rupiah.paymentId)).toMatchObject({ amountMinor: 1_700_000 });
  });
});

describe('repeating the request under its key', () => {
  it('gives the same order, payment and secret', async () => {
    const command = purchase(await newFan(shop));
    const first = await buy(shop, command);
    const again = await buy(shop, command, minutesAfter(new Date(), 5));
    expect(again).toMatchObject({
      replayed: true,
      clientSecret: first.clientSecret,
      paymentId: first.paymentId,
    });
    expect(await paymentsOf(shop, command.rechargeId)).toHaveLength(1);
  });

  it('makes one order and one payment when five come at once', async () => {
    const command = purchase(await newFan(shop));
    const now = new Date();
    const checkouts = await Promise.all(Array.from({ length: 5 }, () => buy(shop, command, now)));
    expect(checkouts.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(checkouts.map(({ clientSecret }) => clientSecret)).size).toBe(1);
    expect(await paymentsOf(shop, command.rechargeId)).toHaveLength(1);
  });

  it('is refused when the request is another one, and leaves the order as it is', async () => {
    const command = purchase(await newFan(shop));
    await buy(shop, command);
    const before = await orderOf(shop, command.rechargeId);
    const others = [
      { packageId: 'us-app-100' },
      { userId: await newFan(shop) },
      { channel: 'web', packageId: 'us-web-70' },
    ] as const;
    for (const change of others) {
      const refused = await createRecharge(shop, { ...command, ...change }, new Date());
      expect(refused).toMatchObject({ code: 'idempotency_key_reused', facts: { rechargeId: command.rechargeId } });
    }
    expect(await orderOf(shop, command.rechargeId)).toEqual(before);
    expect(await paymentsOf(shop, command.rechargeId)).toHaveLength(1);
  });

  it('keeps its answer although the package is gone, its price is another, or the wallet is frozen', async () => {
    const command = purchase(await newFan(shop));
    const first = await buy(shop, command);
    const gone = await catalogWith(({ regions }) => {
      regions.US = {};
    });
    const dearer = await catalogWith(({ regions }) => {
      for (const coinPackage of regions.US?.app?.packages ?? []) coinPackage.priceMinor *= 2;
    });
    await changeWallet(shop, command.userId, { status: 'frozen' });
    for (const catalog of [gone, dearer]) {
      const again = await buy({ ...shop, catalog }, command);
      expect(again).toMatchObject({ replayed: true, clientSecret: first.clientSecret, order: { priceMinor: 1299 } });
    }
  });

  it('answers the state alone once the order is paid', async () => {
    const command = purchase(await newFan(shop));
    const { paymentId } = await buy(shop, command);
    await deliver(shop, stripeEvent('payment_intent.succeeded', await payQuietly(shop, paymentId)));
    const again = await buy(shop, command);
    expect(again).toMatchObject({ replayed: true, order: { state: 'paid' } });
    expect(again.clientSecret).toBeUndefined();
  });

  it('hands nothing out to pay an order that has expired, swept or not, and opens no second payment', async () => {
    const command = purchase(await newFan(shop));
    const { order } = await buy(shop, command);
    const late = minutesAfter(order.expiresAt, 1);
    expect((await buy(shop, command, late)).clientSecret).toBeUndefined();
    await sweep(shop, late);
    const expired = await buy(shop, command, late);
    expect(expired).toMatchObject({ replayed: true, order: { state: 'expired' } });
    expect(expired.clientSecret).toBeUndefined();
    expect(await paymentsOf(shop, command.rechargeId)).toHaveLength(1);
  });
});

describe('a request that breaks off', () => {
  it.each(['timeout', 'error_500', 'rate_limited', 'unreadable_after_effect'])(
    'keeps the order when Stripe answers with %s, and asks to be repeated',
    async (next) => {
      const command = purchase(await newFan(shop));
      const { stripeUrl } = shop;
      await steer(stripeUrl, 'faults', { next, count: 2, method: 'POST' });
      const payments = createStripePayments({ apiKey, apiUrl: stripeUrl, timeoutSeconds: 0.2 });
      const attempt = createRecharge(
        { ...shop, providers: { stripe: async () => stripeProvider(payments) } },
        command,
        new Date(),
      );
      await expect(attempt).rejects.toThrow(ProviderOutcomeUnknown);
      await steer(stripeUrl, 'faults/clear');
      expect(await orderOf(shop, command.rechargeId)).toMatchObject({ state: 'pending', priceMinor: 1299 });
      const again = await buy(shop, command);
      expect(again).toMatchObject({ replayed: true, order: { state: 'pending' } });
      expect(again.clientSecret).toBeDefined();
      expect(await paymentsOf(shop, command.rechargeId)).toHaveLength(1);
    },
  );

  it.each([
    ['the order could not be put', 0, 'before'],
    ['the order was put and the answer lost', 0, 'after'],
    ['the payment could not be noted', 1, 'before'],
    ['the payment was noted and the answer lost', 1, 'after'],
  ] as const)('is carried on by its repetition when %s', async (_case, passing, when) => {
    const flaky = meddledTable(shop.ledger);
    const request = purchase(await newFan(shop));
    flaky.failNext('TransactWriteItemsCommand', when, { passing });
    await expect(createRecharge({ ...shop, ledger: flaky.table }, request, new Date())).rejects.toThrow();
    const { paymentId, clientSecret } = await buy(shop, request);
    expect(clientSecret).toBeDefined();
    expect(await paymentsOf(shop, request.rechargeId)).toEqual([paymentId]);
    expect((await orderOf(shop, request.rechargeId)).paymentId).toBe(paymentId);
  });
});

describe('an order that has another payment than Stripe gives for it', () => {
  it('is a fault, and nothing is handed out that could be paid beside it', async () => {
    const command = purchase(await newFan(shop));
    const { paymentId } = await buy(shop, command);
    await updateIf(shop.ledger, {
      Key: rechargeKey(command.rechargeId),
      UpdateExpression: 'SET paymentId = :other',
      ExpressionAttributeValues: { ':other': 'pi_other' },
    });
    await expect(createRecharge(shop, command, new Date())).rejects.toThrow(`another payment than ${paymentId}`);
    expect((await orderOf(shop, command.rechargeId)).paymentId).toBe('pi_other');
  });
});
