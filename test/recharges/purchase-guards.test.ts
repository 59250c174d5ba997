import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCatalog, putVersion } from '../../shared/catalog/catalog.ts';
import { catalogDefaults } from '../../shared/catalog/defaults.ts';
import type { CatalogValue } from '../../shared/catalog/schemas.ts';
import { readPurchaseUse } from '../../shared/recharges/count-purchase.ts';
import { createRecharge, type Ordered } from '../../shared/recharges/create-recharge.ts';
import type { CreateRecharge } from '../../shared/recharges/quote-recharge.ts';
import { isRefusal, type Refusal } from '../../shared/refusals.ts';
import { rechargeKey } from '../../shared/store/keys.ts';
import { readItem } from '../../shared/store/read.ts';
import { putUser } from '../../shared/users/put-user.ts';
import { steer } from '../providers/webhook-receiver.ts';
import { freshLedger } from '../support/ledger.ts';
import { patiently } from '../support/patiently.ts';
import { deliverUntilTaken, eventAt, refundObject } from './claim-events.ts';
import { meddledTable } from './meddled-table.ts';
import {
  buy,
  codeOf,
  deliver,
  minutesAfter,
  newFan,
  openShop,
  orderOf,
  paymentsOf,
  payQuietly,
  purchase,
  type Shop,
  sessionCheckout,
  stripeEvent,
  sweep,
  walletOf,
} from './shop.ts';

const price = 1299;
let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

/** The shop under limits of its own. */
async function limited(change: Partial<CatalogValue<'limits'>['default']>, more = {}): Promise<Shop> {
  const { catalog: table } = await freshLedger();
  const limits = catalogDefaults.limits;
  const value = { ...limits, default: { ...limits.default, ...change }, ...more };
  await putVersion(table, 'limits', { version: 'limits-2', effectiveAt: '2001-01-01T00:00:00.000Z', value });
  return { ...shop, catalog: openCatalog(table) };
}

/** What is counted today and this week, in US cents, and how many orders were made today. */
async function counted(userId: string) {
  const { dayMinor = 0, weekMinor = 0, dayOrders = 0 } = (await readPurchaseUse(shop.ledger, userId)) ?? {};
  return [dayMinor, weekMinor, dayOrders];
}

function persist(at: Shop, command: CreateRecharge, now: Date): Promise<Ordered | Refusal> {
  return patiently(() => createRecharge(at, command, now));
}

describe('fifty orders at once around the limit', () => {
  it.each([
    ['to the cent', 20 * price, 20],
    ['a cent short of another order', 21 * price - 1, 20],
  ])('are taken up to it and never above, %s', { timeout: 60_000 }, async (_case, dailyMinor, expected) => {
    const at = await limited({ dailyMinor, ordersPerHour: 1_000, ordersPerDay: 1_000 });
    const userId = await newFan(shop);
    const now = new Date();
    const commands = Array.from({ length: 50 }, () => purchase(userId));
    const outcomes = await Promise.all(commands.map((command) => persist(at, command, now)));
    const codes = outcomes.map(codeOf);
    expect(codes.filter((code) => code === 'opened')).toHaveLength(expected);
    expect(codes.filter((code) => code === 'purchase_limit_reached')).toHaveLength(50 - expected);
    expect(await counted(userId)).toEqual([expected * price, expected * price, expected]);
    for (const [index, { rechargeId }] of commands.entries())
      expect(await paymentsOf(shop, rechargeId)).toHaveLength(codes[index] === 'opened' ? 1 : 0);
  });

  it('are taken up to the number of orders and never above', { timeout: 60_000 }, async () => {
    const userId = await newFan(shop);
    const commands = Array.from({ length: 50 }, () => purchase(userId, { packageId: 'us-app-100' }));
    const outcomes = await Promise.all(commands.map((command) => persist(shop, command, new Date())));
    expect(outcomes.filter((outcome) => !isRefusal(outcome))).toHaveLength(10);
    const [refused] = outcomes.filter(isRefusal);
    expect(refused).toMatchObject({ code: 'too_many_orders', facts: { period: 'hour', limit: 10 } });
  });
});

describe('an order above the limits', () => {
  it('is refused before anything is stored and before the provider is asked', async () => {
    const at = await limited({ dailyMinor: price });
    const userId = await newFan(shop);
    await buy(at, purchase(userId));
    const command = purchase(userId, { packageId: 'us-app-100' });
    const unreachable = { stripe: () => Promise.reject(new Error('Stripe was asked')) };
    expect(codeOf(await createRecharge({ ...at, providers: unreachable }, command, new Date()))).toBe(
      'purchase_limit_reached',
    );
    expect(await readItem(shop.ledger, rechargeKey(command.rechargeId))).toBeUndefined();
    expect(await counted(userId)).toEqual([price, price, 1]);
  });

  it('may be made on the next day under the same key', async () => {
    const at = await limited({ dailyMinor: price });
    const userId = await newFan(shop, 'US', new Date('2026-11-01T00:00:00.000Z'));
    const lastMoment = new Date('2026-11-21T23:59:59.999Z');
    await buy(at, purchase(userId), lastMoment);
    const command = purchase(userId);
    expect(await createRecharge(at, command, lastMoment)).toMatchObject({
      code: 'purchase_limit_reached',
      facts: { freeAt: '2026-11-22T00:00:00.000Z' },
    });
    await buy(at, command, new Date('2026-11-22T00:00:00.000Z'));
    expect(await counted(userId)).toEqual([price, 2 * price, 1]);
  });

  it('counts in other currencies by their worth, and not at all where that is not known', async () => {
    // 1,600 yen at 0.0065 dollars are 10.40 dollars.
    const at = await limited({ dailyMinor: 2_079 });
    const inJapan = await newFan(shop, 'JP');
    await buy(at, purchase(inJapan, { packageId: 'jp-app-1000' }));
    expect(await counted(inJapan)).toEqual([1_040, 1_040, 1]);
    expect(codeOf(await createRecharge(at, purchase(inJapan, { packageId: 'jp-app-1000' }), new Date()))).toBe(
      'purchase_limit_reached',
    );
    const rateless = await limited({}, { usdMillionths: {} });
    const command = purchase(await newFan(shop, 'JP'), { packageId: 'jp-app-1000' });
    await expect(createRecharge(rateless, command, new Date())).rejects.toThrow('no rate for JPY');
    expect(await readItem(shop.ledger, rechargeKey(command.rechargeId))).toBeUndefined();
  });

  it('is measured by the region, where it has limits of its own', async () => {
    const strict = { ...catalogDefaults.limits.default, dailyMinor: price - 1 };
    const at = await limited({}, { regions: { US: strict } });
    expect(codeOf(await createRecharge(at, purchase(await newFan(shop)), new Date()))).toBe('purchase_limit_reached');
    await buy(at, purchase(await newFan(shop, 'GB'), { packageId: 'gb-app-660' }));
  });
});

describe('a request that is repeated', () => {
  it('counts once, one after the other and five at once', async () => {
    const at = await limited({ dailyMinor: price });
    const userId = await newFan(shop);
    const command = purchase(userId);
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => persist(at, command, new Date())));
    expect(outcomes.map(codeOf)).toEqual(Array(5).fill('opened'));
    expect(await buy(at, command)).toMatchObject({ replayed: true });
    expect(await counted(userId)).toEqual([price, price, 1]);
  });

  it.each(['before', 'after'] as const)(
    'counts once when its first attempt broke off %s it was written',
    async (when) => {
      const userId = await newFan(shop);
      const command = purchase(userId);
      const flaky = meddledTable(shop.ledger);
      flaky.failNext('TransactWriteItemsCommand', when);
      await expect(createRecharge({ ...shop, ledger: flaky.table }, command, new Date())).rejects.toThrow();
      expect(await counted(userId)).toEqual(when === 'before' ? [0, 0, 0] : [price, price, 1]);
      expect((await buy(shop, command)).replayed).toBe(when === 'after');
      expect(await counted(userId)).toEqual([price, price, 1]);
    },
  );
});

describe('an order that nobody pays', () => {
  it('gives its part of the limits back once when it expires, and stays one of the orders of the day', async () => {
    const at = await limited({ dailyMinor: 2 * price });
    const userId = await newFan(shop);
    const { order } = await buy(at, purchase(userId));
    await buy(at, purchase(userId), minutesAfter(order.createdAt, 10));
    const late = minutesAfter(order.expiresAt, 1);
    await Promise.all([sweep(shop, late), sweep(shop, late)]);
    expect((await orderOf(shop, order.rechargeId)).state).toBe('expired');
    await sweep(shop, minutesAfter(late, 120));
    // The second one has expired by then as well.
    expect(await counted(userId)).toEqual([0, 0, 2]);
    await buy(at, purchase(userId));
  });

  it('gives its part back once when its session and the sweep expire it at once', async () => {
    const userId = await newFan(shop);
    await buy(shop, purchase(userId));
    const ordered = await createRecharge(shop, purchase(userId, { checkout: sessionCheckout }), new Date());
    if (isRefusal(ordered)) throw new Error(ordered.code);
    const { rechargeId, sessionId, expiresAt } = ordered.order;
    const session = {
      id: sessionId,
      object: 'checkout.session',
      metadata: { rechargeId },
      client_reference_id: rechargeId,
    };
    const expired = stripeEvent('checkout.session.expired', {
      ...session,
      status: 'expired',
      payment_status: 'unpaid',
    });
    await steer(shop.stripeUrl, 'webhooks', { hold: true });
    const before = await counted(userId);
    const answers = await Promise.all([
      deliver(shop, expired),
      sweep({ ...shop }, minutesAfter(expiresAt, 1)),
      deliver(shop, expired),
    ]);
    expect([answers[0].statusCode, answers[2].statusCode]).toEqual([200, 200]);
    expect(before).toEqual([2 * price, 2 * price, 2]);
    // The sweep has expired the first order too.
    expect(await counted(userId)).toEqual([0, 0, 2]);
    expect((await orderOf(shop, rechargeId)).state).toBe('expired');
  });

  it('counts again when it was paid although nobody could, and is credited although the limit is used up by then', async () => {
    const at = await limited({ dailyMinor: price });
    const userId = await newFan(shop);
    const command = purchase(userId);
    const { order, paymentId } = await buy(at, command);
    await sweep(await withoutLooking(shop), minutesAfter(order.expiresAt, 1));
    await buy(at, purchase(userId));
    const paid = stripeEvent('payment_intent.succeeded', await payQuietly(shop, paymentId));
    const answers = await Promise.all([1, 2, 3].map(() => deliver(shop, paid)));
    expect(answers.every(({ statusCode }) => statusCode === 200 || statusCode === 503)).toBe(true);
    expect((await orderOf(shop, command.rechargeId)).state).toBe('paid');
    expect((await walletOf(shop, userId)).paid).toBe(1000);
    expect(await counted(userId)).toEqual([2 * price, 2 * price, 2]);
    expect(codeOf(await createRecharge(at, purchase(userId), new Date()))).toBe('purchase_limit_reached');
  });

  it('is counted once when it is paid in the moment in which it expires', async () => {
    const userId = await newFan(shop);
    const { order, paymentId } = await buy(shop, purchase(userId));
    const paid = stripeEvent('payment_intent.succeeded', await payQuietly(shop, paymentId));
    const slow = meddledTable(shop.ledger);
    // Between what the webhook read and what it writes, the order expires and gives its part back.
    slow.actBeforeNext('TransactWriteItemsCommand', async () => {
      await sweep(await withoutLooking(shop), minutesAfter(order.expiresAt, 1));
      expect(await counted(userId)).toEqual([0, 0, 1]);
    });
    expect((await deliver({ ...shop, ledger: slow.table }, paid)).statusCode).toBe(200);
    expect((await orderOf(shop, order.rechargeId)).state).toBe('paid');
    expect(await counted(userId)).toEqual([price, price, 1]);
  });
});

/** The shop with a Stripe that says that nobody ever began to pay. */
async function withoutLooking(of: Shop): Promise<Shop> {
  if (!of.providers.stripe) throw new Error('no Stripe');
  const stripe = await of.providers.stripe();
  return { ...of, providers: { ...of.providers, stripe: async () => ({ ...stripe, find: async () => undefined }) } };
}

describe('an order that is paid', () => {
  it('goes on counting when its money went back', async () => {
    const userId = await newFan(shop);
    const { paymentId } = await buy(shop, purchase(userId));
    await deliver(shop, stripeEvent('payment_intent.succeeded', await payQuietly(shop, paymentId)));
    const refund = refundObject('re_guards', 'succeeded', { paymentId, amount: price });
    await deliverUntilTaken(shop, eventAt(Math.floor(Date.now() / 1000), 'refund.created', refund));
    expect((await walletOf(shop, userId)).paid).toBe(0);
    expect(await counted(userId)).toEqual([price, price, 1]);
  });
});

describe('the region of a buyer', () => {
  it('is refused with a device of another store, before the provider is asked', async () => {
    const command = purchase(await newFan(shop), { storefront: 'JP' });
    expect(await createRecharge(shop, command, new Date())).toMatchObject({
      code: 'storefront_differs',
      facts: { storefront: 'JP', region: 'US' },
    });
    expect(await paymentsOf(shop, command.rechargeId)).toEqual([]);
  });

  it('keeps the store of the device with the order, and is another request with another one', async () => {
    const command = purchase(await newFan(shop), { storefront: 'US' });
    expect((await buy(shop, command)).order.storefront).toBe('US');
    expect(await buy(shop, command)).toMatchObject({ replayed: true });
    const { storefront: _, ...without } = command;
    expect(codeOf(await createRecharge(shop, without, new Date()))).toBe('idempotency_key_reused');
    expect(codeOf(await createRecharge(shop, { ...command, storefront: 'GB' }, new Date()))).toBe(
      'idempotency_key_reused',
    );
  });

  it('decides the age at which coins are sold: 19 in Korea, and nowhere when it is not known', async () => {
    const unreachable = { ...shop, providers: { stripe: () => Promise.reject(new Error('Stripe was asked')) } };
    const now = new Date('2026-11-21T12:00:00.000Z');
    const ages = [
      ['KR', '2007-11-22', 'age_restricted'],
      ['KR', '2007-11-21', 'region_not_served'],
      ['KR', undefined, 'age_restricted'],
      ['US', '2008-11-22', 'age_restricted'],
      ['US', '2008-11-21', 'Stripe was asked'],
    ] as const;
    for (const [index, [region, birthDate, expected]] of ages.entries()) {
      const userId = `aged-${index}`;
      await putUser(shop, { userId, region, now, ...(birthDate !== undefined && { birthDate }) });
      const asked = createRecharge(unreachable, purchase(userId), now).then(codeOf, ({ message }: Error) => message);
      expect(await asked, `${region} ${birthDate}`).toBe(expected);
    }
  });
});
