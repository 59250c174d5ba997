import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Catalog, openCatalog, putVersion } from '../../shared/catalog/catalog.ts';
import { customPriceMinor } from '../../shared/catalog/custom-amount.ts';
import { catalogDefaults } from '../../shared/catalog/defaults.ts';
import { listPackages } from '../../shared/catalog/list-packages.ts';
import type { CatalogValue, PriceList } from '../../shared/catalog/schemas.ts';
import { firstSwitches } from '../../shared/catalog/switches.ts';
import type { Currency } from '../../shared/money/currency.ts';
import { createRecharge } from '../../shared/recharges/create-recharge.ts';
import { quoteRecharge } from '../../shared/recharges/quote-recharge.ts';
import { RechargeBody } from '../../shared/recharges/schemas.ts';
import type { Table } from '../../shared/store/table.ts';
import { steer } from '../providers/webhook-receiver.ts';
import { freshLedger } from '../support/ledger.ts';
import { now, order, wallet } from './examples.ts';
import {
  buy,
  catalogWith,
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
  stripeEvent,
  sweep,
  walletOf,
} from './shop.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const exactly = (coins: number) => ({ packageId: 'custom', channel: 'web', coins }) as const;

/** The price of so many coins under a price list of its own. */
function priceOf(list: Partial<PriceList>, coins: number, provider: 'stripe' | 'paypal' = 'stripe') {
  const priceList = { currency: 'USD', taxIncluded: false, packages: [], ...list } as PriceList;
  const value: CatalogValue<'packages'> = { ...catalogDefaults.packages, regions: { US: { web: priceList } } };
  const version = { version: '1', effectiveAt: now.toISOString() };
  const [packages, switches] = [
    { ...version, value },
    { ...version, value: firstSwitches },
  ];
  const command = { rechargeId: order.rechargeId, userId: 'ana', provider, ...exactly(coins) };
  const quote = quoteRecharge(command, { wallet, packages, switches, now });
  return 'priceMinor' in quote ? quote.priceMinor : quote.code;
}

describe('a custom amount', () => {
  it('costs what its rate says, rounded up to a cent, and brings exactly its coins', async () => {
    const command = purchase(await newFan(shop), exactly(2_699));
    const { order: ordered, paymentId } = await buy(shop, command);
    // 2,699 × 74 ÷ 70 is 2,853.23 cents.
    expect(ordered).toMatchObject({ packageId: 'custom', coins: 2_699, bonusCoins: 0, priceMinor: 2_854 });
    await deliver(shop, stripeEvent('payment_intent.succeeded', await payQuietly(shop, paymentId)));
    expect((await walletOf(shop, command.userId)).paid).toBe(2_699);
  });

  it('is credited as quoted when it is paid late, although the rate is another by then', async () => {
    const command = purchase(await newFan(shop), exactly(1_000));
    const { order: ordered, paymentId } = await buy(shop, command);
    const catalog = await catalogWith(({ regions }) => {
      regions.US = {};
    });
    const late = { ...shop, catalog };
    await steer(shop.stripeUrl, `payment_intents/${paymentId}/process`);
    await sweep(late, minutesAfter(ordered.expiresAt, 1));
    await deliver(late, stripeEvent('payment_intent.succeeded', await payQuietly(shop, paymentId)));
    expect(await orderOf(shop, command.rechargeId)).toMatchObject({ state: 'paid', coins: 1_000, priceMinor: 1_058 });
    expect((await walletOf(shop, command.userId)).paid).toBe(1_000);
  });

  it('is the same request only for the same number of coins', async () => {
    const command = purchase(await newFan(shop), exactly(500));
    const first = await buy(shop, command);
    expect(await buy(shop, command)).toMatchObject({ replayed: true, paymentId: first.paymentId });
    const another = await createRecharge(shop, { ...command, coins: 501 }, new Date());
    expect(codeOf(another)).toBe('idempotency_key_reused');
    expect((await orderOf(shop, command.rechargeId)).coins).toBe(500);
  });

  it.each([29, 500_001])('is refused outside its bounds: %i coins', async (coins) => {
    const command = purchase(await newFan(shop), exactly(coins));
    const refused = await createRecharge(shop, command, new Date());
    expect(refused).toMatchObject({ code: 'malformed_request', facts: { minimum: 30, maximum: 500_000 } });
    expect(await paymentsOf(shop, command.rechargeId)).toEqual([]);
  });

  it('is refused where the price list has none, and at app stores, which sell products', async () => {
    const userId = await newFan(shop);
    const inApp = purchase(userId, { ...exactly(100), channel: 'app' });
    expect(codeOf(await createRecharge(shop, inApp, new Date()))).toBe('package_not_found');
    for (const provider of ['apple', 'google'] as const) {
      const atStore = purchase(userId, { ...exactly(100), provider });
      const providers = { [provider]: () => Promise.reject(new Error('nobody may ask the store')) };
      expect(codeOf(await createRecharge({ ...shop, providers }, atStore, new Date()))).toBe('provider_not_available');
    }
  });

  it('names its coins, and nothing else does', () => {
    const body = { userId: 'ana', channel: 'web', provider: 'stripe' };
    const isTaken = (more: object) => RechargeBody.safeParse({ ...body, ...more }).success;
    expect(isTaken({ packageId: 'custom', coins: 100 })).toBe(true);
    for (const bad of [{}, { coins: 0 }, { coins: -1 }, { coins: 1.5 }, { coins: '100' }])
      expect(isTaken({ packageId: 'custom', ...bad }), JSON.stringify(bad)).toBe(false);
    expect(isTaken({ packageId: 'us-web-70', coins: 70 })).toBe(false);
    expect(isTaken({ packageId: 'us-web-70' })).toBe(true);
  });

  it.each<[Currency, number, number, number, 'stripe' | 'paypal', number]>([
    ['JPY', 8, 5, 101, 'stripe', 162],
    ['IDR', 1_700_000, 70, 71, 'stripe', 1_724_286],
    ['USD', 74, 70, 101, 'paypal', 107],
    ['KWD', 400, 100, 333, 'stripe', 1_340],
    ['HUF', 35_000, 70, 71, 'paypal', 35_500],
    ['HUF', 35_001, 70, 71, 'paypal', 35_600],
  ])('is rounded up to what can be charged: %s', (currency, priceMinor, perCoins, coins, provider, expected) => {
    const custom = { minimumCoins: 1, maximumCoins: 10_000, priceMinor, perCoins };
    expect(priceOf({ currency, custom }, coins, provider)).toBe(expected);
  });

  it('is refused where it is too little for Stripe to charge, before Stripe is asked', async () => {
    // 30 coins cost 32 cents, and Stripe takes no less than 50.
    const command = purchase(await newFan(shop), exactly(30));
    const refused = await createRecharge(shop, command, new Date());
    expect(codeOf(refused)).toBe('provider_not_available');
    expect(await paymentsOf(shop, command.rechargeId)).toEqual([]);
    const custom = catalogDefaults.packages.regions.US?.web?.custom;
    if (!custom) throw new Error('no custom amount');
    expect(priceOf({ custom }, 30, 'paypal')).toBe(32);
  });
});

describe('the rate of a custom amount', () => {
  const packages = [
    { packageId: 'small', coins: 70, bonusCoins: 0, priceMinor: 77 },
    { packageId: 'large', coins: 7_000, bonusCoins: 700, priceMinor: 7_400 },
  ];
  const bounds = { minimumCoins: 30, maximumCoins: 500_000 };

  async function publish(list: object): Promise<{ ledger: Table; catalog: Catalog }> {
    const { ledger, catalog: table } = await freshLedger();
    const web = { currency: 'USD', taxIncluded: false, packages, ...list } as PriceList;
    const value = { ...catalogDefaults.packages, regions: { US: { web } } };
    await putVersion(table, 'packages', { version: '2', effectiveAt: '2026-01-01T00:00:00.000Z', value });
    return { ledger, catalog: openCatalog(table) };
  }

  it('may be that of the cheapest package, whose bonus does not count', async () => {
    const stores = await publish({ custom: { ...bounds, priceMinor: 74, perCoins: 70 } });
    expect(await listPackages(stores, { region: 'US', channel: 'web', now })).toMatchObject({
      packages: [{ packageId: 'small' }, { packageId: 'large' }],
      custom: {
        packageId: 'custom',
        ...bounds,
        price: { amount: 74, currency: 'USD' },
        perCoins: 70,
        taxIncluded: false,
        pricePerCoin: '0.01057',
      },
    });
  });

  it('is not published when it undercuts all packages by however little', async () => {
    await expect(publish({ custom: { ...bounds, priceMinor: 7_399, perCoins: 7_000 } })).rejects.toThrow('for less');
    const custom = { ...bounds, priceMinor: 105_714_285_714, perCoins: 100_000_000_000 };
    await expect(publish({ custom })).rejects.toThrow('for less');
  });

  it.each<[string, object]>([
    [
      'bounds that nothing lies between',
      { custom: { ...bounds, minimumCoins: 500_001, priceMinor: 74, perCoins: 70 } },
    ],
    ['a price beyond all amounts', { custom: { ...bounds, priceMinor: 1e9, perCoins: 1 } }],
    ['a rate of nothing', { custom: { ...bounds, priceMinor: 0, perCoins: 70 } }],
    ['a package called custom', { packages: [{ ...packages[0], packageId: 'custom' }] }],
  ])('is not published with %s', async (_case, list) => {
    await expect(publish(list)).rejects.toThrow();
  });

  it('never sells any amount for less per coin than the cheapest package, however it rounds', () => {
    const rate = fc.record({
      priceMinor: fc.integer({ min: 1, max: 1e9 }),
      perCoins: fc.integer({ min: 1, max: 1e6 }),
    });
    fc.assert(
      fc.property(rate, fc.integer({ min: 1, max: 500_000 }), fc.constantFrom(1, 10, 100), (custom, coins, step) => {
        const price = customPriceMinor(custom, coins, step);
        const exact = {
          least: BigInt(coins) * BigInt(custom.priceMinor),
          asked: BigInt(price) * BigInt(custom.perCoins),
        };
        expect(price % step).toBe(0);
        expect(exact.asked >= exact.least).toBe(true);
        expect(exact.asked - exact.least < BigInt(step) * BigInt(custom.perCoins)).toBe(true);
      }),
    );
  });
});
