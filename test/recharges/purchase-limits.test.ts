import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOf, weekOf } from '../../shared/calendar.ts';
import { catalogDefaults } from '../../shared/catalog/defaults.ts';
import type { CatalogValue } from '../../shared/catalog/schemas.ts';
import { refusalAnswer } from '../../shared/http/problem.ts';
import { type Currency, currencies } from '../../shared/money/currency.ts';
import { limitsOf, refuseByLimits, usdMinorOf } from '../../shared/recharges/purchase-limits.ts';
import { currentUse, withAmount, withOrder, withoutAmount } from '../../shared/recharges/purchase-use.ts';
import type { PurchaseUse } from '../../shared/store/items/purchase-use.ts';

const limits = { dailyMinor: 50_000, weeklyMinor: 200_000, ordersPerHour: 3, ordersPerDay: 5 };
// A Saturday.
const noon = new Date('2026-11-21T12:00:00.000Z');

function at(time: string): Date {
  return new Date(`2026-11-${time}Z`);
}

/** The use after orders of one dollar at the given times, and others of some amount. */
function useAfter(orders: [time: Date, usdMinor: number][]): PurchaseUse {
  return orders.reduce(
    (use, [time, usdMinor]) => withOrder(currentUse(use, time), usdMinor, time),
    currentUse(undefined, orders[0]?.[0] ?? noon),
  );
}

function ask(use: PurchaseUse, { usdMinor = 100, now = noon, change = {} } = {}) {
  return refuseByLimits({ use: currentUse(use, now), limits: { ...limits, ...change }, usdMinor, now });
}

describe('the daily limit', () => {
  it('is reached to the cent, and free again at midnight', () => {
    const use = useAfter([[noon, 48_701]]);
    expect(ask(use, { usdMinor: 1_299 })).toBeUndefined();
    expect(ask(use, { usdMinor: 1_300 })).toMatchObject({
      code: 'purchase_limit_reached',
      facts: {
        period: 'day',
        limit: { amount: 50_000, currency: 'USD' },
        used: { amount: 48_701, currency: 'USD' },
        price: { amount: 1_300, currency: 'USD' },
        freeAt: '2026-11-22T00:00:00.000Z',
      },
    });
  });

  it('counts the last millisecond to its day, and the next to another', () => {
    const use = useAfter([[at('21T23:59:59.998'), 50_000]]);
    expect(ask(use, { now: at('21T23:59:59.999') })).toMatchObject({ facts: { period: 'day' } });
    expect(ask(use, { now: at('22T00:00:00.000') })).toBeUndefined();
  });

  it('says of an order above it that it is never free for that', () => {
    const refused = ask(currentUse(undefined, noon), { usdMinor: 50_001 });
    expect(refused?.code).toBe('purchase_limit_reached');
    expect(refused?.facts).not.toHaveProperty('freeAt');
  });

  it('is not forgotten by a function whose clock is late around midnight', () => {
    const use = useAfter([[at('22T00:00:00.100'), 50_000]]);
    const late = currentUse(use, at('21T23:59:59.900'));
    expect(late).toMatchObject({ day: '2026-11-22', dayMinor: 50_000, dayOrders: 1 });
    expect(ask(use, { now: at('21T23:59:59.900') })).toMatchObject({ facts: { period: 'day' } });
  });
});

describe('the weekly limit', () => {
  it('runs from Monday to Sunday, and goes before the daily one, because it lasts longer', () => {
    const use = useAfter([16, 17, 18, 19].map((day) => [at(`${day}T12:00:00.000`), 50_000]));
    expect(ask(use, { now: at('22T23:59:59.999') })).toMatchObject({
      facts: { period: 'week', used: { amount: 200_000 }, freeAt: '2026-11-23T00:00:00.000Z' },
    });
    expect(ask(use, { now: at('19T13:00:00.000') })).toMatchObject({ facts: { period: 'week' } });
    expect(ask(use, { now: at('23T00:00:00.000') })).toBeUndefined();
  });
});

describe('the number of orders', () => {
  const three: [Date, number][] = [at('21T11:10:00.000'), at('21T11:30:00.000'), at('21T11:50:00.000')].map((time) => [
    time,
    100,
  ]);

  it('is limited within any sixty minutes', () => {
    expect(ask(useAfter(three))).toMatchObject({
      code: 'too_many_orders',
      facts: { period: 'hour', limit: 3, freeAt: '2026-11-21T12:10:00.000Z', retryAfterSeconds: 600 },
    });
    expect(ask(useAfter(three), { now: at('21T12:09:59.999') })).toMatchObject({ facts: { retryAfterSeconds: 1 } });
    expect(ask(useAfter(three), { now: at('21T12:10:00.000') })).toBeUndefined();
  });

  it('is limited on each day', () => {
    const five = useAfter([2, 4, 6, 8, 10].map((hour) => [at(`21T${String(hour).padStart(2, '0')}:00:00.000`), 100]));
    expect(ask(five)).toMatchObject({
      code: 'too_many_orders',
      facts: { period: 'day', limit: 5, freeAt: '2026-11-22T00:00:00.000Z', retryAfterSeconds: 43_200 },
    });
    expect(ask(five, { now: at('22T00:00:00.000') })).toBeUndefined();
  });

  it('tells after a lower limit was published when that one is free', () => {
    expect(ask(useAfter(three), { change: { ordersPerHour: 1 } })).toMatchObject({
      facts: { freeAt: '2026-11-21T12:50:00.000Z' },
    });
  });

  it('is refused with 429 and says when to come back, in the header as well', () => {
    const refused = ask(useAfter(three));
    if (!refused) throw new Error('not refused');
    expect(refusalAnswer(refused)).toMatchObject({ statusCode: 429, headers: { 'retry-after': '600' } });
  });

  it('goes before the amounts', () => {
    expect(ask(useAfter(three), { usdMinor: 1_000_000 })).toMatchObject({ code: 'too_many_orders' });
  });
});

describe('what a price counts', () => {
  const current = (value: CatalogValue<'limits'>) => ({ version: '7', effectiveAt: noon.toISOString(), value });
  const defaults = current(catalogDefaults.limits);

  it.each<[Currency, number, number]>([
    ['USD', 1_299, 1_299],
    ['JPY', 1_600, 1_040],
    ['JPY', 1, 1],
    ['IDR', 1_700_000, 102],
    ['GBP', 1_799, 2_375],
    ['KWD', 4_000, 1_304],
  ])('is its worth in US cents, rounded up: %s %i', (currency, priceMinor, usdMinor) => {
    expect(usdMinorOf({ priceMinor, currency }, defaults)).toBe(usdMinor);
  });

  it('has a rate in every currency that prices can be in', () => {
    for (const currency of currencies)
      expect(usdMinorOf({ priceMinor: 1_000_000, currency }, defaults)).toBeGreaterThan(0);
  });

  it('fails clearly in a currency without a rate', () => {
    const without = current({ ...catalogDefaults.limits, usdMillionths: {} });
    expect(() => usdMinorOf({ priceMinor: 160, currency: 'JPY' }, without)).toThrow(
      'The limits in force (version 7) have no rate for JPY',
    );
    expect(usdMinorOf({ priceMinor: 160, currency: 'USD' }, without)).toBe(160);
  });

  it('is held against the limits of the region, where it has its own', () => {
    const strict = { ...limits, dailyMinor: 1_000 };
    const own = current({ ...catalogDefaults.limits, regions: { JP: strict } });
    expect(limitsOf(own, 'JP')).toEqual(strict);
    expect(limitsOf(own, 'US')).toEqual(catalogDefaults.limits.default);
  });
});

type Step = { kind: 'order' | 'expire' | 'pay'; minutes: number; usdMinor: number; which: number };
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('order', 'order', 'expire', 'pay'),
  minutes: fc.integer({ min: 0, max: 1_500 }),
  usdMinor: fc.integer({ min: 1, max: 10_000 }),
  which: fc.nat(),
});

describe('the use of the limits', () => {
  it('is at any moment the sum of what was ordered or paid late on that day and in that week, less what expired', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let now = noon;
        let use: PurchaseUse | undefined;
        const orders: { createdAt: string; usdMinor: number; countedOn: string | undefined }[] = [];
        for (const { kind, minutes, usdMinor, which } of steps) {
          now = new Date(now.getTime() + minutes * 60_000);
          const today = dayOf(now);
          if (kind === 'order') {
            use = withOrder(currentUse(use, now), usdMinor, now);
            orders.push({ createdAt: now.toISOString(), usdMinor, countedOn: today });
          }
          const candidates = orders.filter(({ countedOn, createdAt }) =>
            kind === 'expire' ? countedOn === createdAt.slice(0, 10) : countedOn === undefined,
          );
          const order = kind === 'order' ? undefined : candidates[which % candidates.length];
          if (kind === 'expire' && order) {
            use = withoutAmount(use, order) ?? use;
            order.countedOn = undefined;
          }
          if (kind === 'pay' && order) {
            use = withAmount(currentUse(use, now), order.usdMinor);
            // Paid for good: never expires again.
            orders.splice(orders.indexOf(order), 1, { ...order, createdAt: '1970-01-01', countedOn: today });
          }
          const sum = (isCounted: (day: string) => boolean) =>
            orders.reduce((total, one) => total + (one.countedOn && isCounted(one.countedOn) ? one.usdMinor : 0), 0);
          const seen = currentUse(use, now);
          expect(seen.dayMinor).toBe(sum((day) => day === today));
          expect(seen.weekMinor).toBe(sum((day) => weekOf(day) === weekOf(today)));
        }
      }),
    );
  });
});
