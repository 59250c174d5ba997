import { addDays, type Day, weekOf } from '../calendar.ts';
import type { CatalogVersion, PurchaseLimits } from '../catalog/schemas.ts';
import { type Currency, decimalsOf, formatMinor } from '../money/currency.ts';
import { type Minor, minor, scale } from '../money/units.ts';
import { type Refusal, refuse } from '../refusals.ts';
import type { PurchaseUse } from '../store/items/purchase-use.ts';
import { hourMilliseconds } from './purchase-use.ts';

/** The limits are in US dollars, whatever a region's currency is. */
const limitCurrency: Currency = 'USD';

/** Dollars have as many millionths as this, and their minor unit a hundredth of it. */
const millionthsPerMinor = 10_000;

type Limits = CatalogVersion<'limits'>;

export function limitsOf({ value }: Limits, region: string): PurchaseLimits {
  return value.regions[region] ?? value.default;
}

/**
 * What a price counts in the limits: US cents at the reference rate, rounded up.
 * @throws Error when the limits in force name no rate for the currency: an order that cannot be counted is not taken.
 */
export function usdMinorOf(price: { priceMinor: number; currency: Currency }, { value, version }: Limits): Minor {
  const { priceMinor, currency } = price;
  if (currency === limitCurrency) return minor(priceMinor);
  const numerator = value.usdMillionths[currency];
  if (numerator === undefined)
    throw new Error(`The limits in force (version ${version}) have no rate for ${currency}: publish one that has.`);
  const denominator = 10 ** decimalsOf(currency) * millionthsPerMinor;
  return minor(scale(priceMinor, { numerator, denominator, rounding: 'up' }));
}

/** `use` is what is used now, before the order. */
export type LimitQuestion = { use: PurchaseUse; limits: PurchaseLimits; usdMinor: number; now: Date };

/**
 * Why the user may not make one more order now. Refusals in this order: `too_many_orders`, `purchase_limit_reached`; of
 * several limits that are reached, the one that lasts longest is named.
 */
export function refuseByLimits(question: LimitQuestion): Refusal | undefined {
  return refuseByNumber(question) ?? refuseByAmount(question);
}

function refuseByNumber({ use, limits, now }: LimitQuestion): Refusal | undefined {
  const { ordersPerDay, ordersPerHour } = limits;
  if (use.dayOrders >= ordersPerDay) return tooMany({ period: 'day', limit: ordersPerDay, freeAt: endOfDay(use), now });
  const newestFirst = use.recentOrders.toSorted((a, b) => b - a);
  const lastOfLimit = newestFirst[ordersPerHour - 1];
  if (lastOfLimit === undefined) return undefined;
  return tooMany({ period: 'hour', limit: ordersPerHour, freeAt: new Date(lastOfLimit + hourMilliseconds), now });
}

function tooMany({ freeAt, now, ...reached }: { period: string; limit: number; freeAt: Date; now: Date }): Refusal {
  const at = freeAt.toISOString();
  return refuse(
    'too_many_orders',
    `A user may make at most ${reached.limit} orders ${reached.period === 'day' ? 'a day' : 'an hour'}; the next one from ${at} on.`,
    {
      ...reached,
      freeAt: at,
      retryAfterSeconds: Math.max(1, Math.ceil((freeAt.getTime() - now.getTime()) / 1000)),
    },
  );
}

/** `purchase_limit_reached`, of an order that has its number already. */
export function refuseByAmount({ use, limits, usdMinor }: LimitQuestion): Refusal | undefined {
  const periods = [
    { period: 'week', usedMinor: use.weekMinor, limitMinor: limits.weeklyMinor, freeAt: endOfWeek(use) },
    { period: 'day', usedMinor: use.dayMinor, limitMinor: limits.dailyMinor, freeAt: endOfDay(use) },
  ];
  const reached = periods.find(({ usedMinor, limitMinor }) => usedMinor + usdMinor > limitMinor);
  if (!reached) return undefined;
  const { period, usedMinor, limitMinor, freeAt } = reached;
  return refuse(
    'purchase_limit_reached',
    `A user may buy for at most ${usd(limitMinor)} a ${period}; ${usd(usedMinor)} of it is used, and this order counts as ${usd(usdMinor)}.`,
    {
      period,
      limit: { amount: limitMinor, currency: limitCurrency },
      used: { amount: usedMinor, currency: limitCurrency },
      price: { amount: usdMinor, currency: limitCurrency },
      // What is above the limit by itself is never taken.
      ...(usdMinor <= limitMinor && { freeAt: freeAt.toISOString() }),
    },
  );
}

function endOfDay({ day }: PurchaseUse): Date {
  return startOf(addDays(day, 1));
}

function endOfWeek({ day }: PurchaseUse): Date {
  return startOf(addDays(weekOf(day), 7));
}

function startOf(day: Day): Date {
  return new Date(`${day}T00:00:00.000Z`);
}

function usd(amount: number): string {
  return `${formatMinor(amount, limitCurrency)} ${limitCurrency}`;
}
