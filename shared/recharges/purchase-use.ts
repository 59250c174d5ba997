import { type Day, dayOf, weekOf } from '../calendar.ts';
import type { PurchaseUse } from '../store/items/purchase-use.ts';
import type { Recharge } from '../store/items/recharge.ts';

export const hourMilliseconds = 3_600_000;

/**
 * What is used of the limits now: what was counted on earlier days and in earlier weeks no longer counts. A day that has
 * begun does not go back, however late the clock of one of the functions is, so that nothing is forgotten around midnight.
 */
export function currentUse(use: PurchaseUse | undefined, now: Date): PurchaseUse {
  const today = dayOf(now);
  if (!use) return { day: today, dayMinor: 0, dayOrders: 0, weekMinor: 0, recentOrders: [], version: 0 };
  const isClockLate = use.day > today;
  const day = isClockLate ? use.day : today;
  const isSameDay = use.day === day;
  return {
    day,
    dayMinor: isSameDay ? use.dayMinor : 0,
    dayOrders: isSameDay ? use.dayOrders : 0,
    weekMinor: weekOf(use.day) === weekOf(day) ? use.weekMinor : 0,
    recentOrders: use.recentOrders.filter((at) => at > now.getTime() - hourMilliseconds),
    version: use.version,
  };
}

/** The use with one order more. */
export function withOrder(use: PurchaseUse, usdMinor: number, now: Date): PurchaseUse {
  const recentOrders = [...use.recentOrders, now.getTime()];
  return { ...withAmount(use, usdMinor), dayOrders: use.dayOrders + 1, recentOrders };
}

/** The use with more money, for an order that was counted before. */
export function withAmount(use: PurchaseUse, usdMinor: number): PurchaseUse {
  return { ...use, dayMinor: use.dayMinor + usdMinor, weekMinor: use.weekMinor + usdMinor };
}

/**
 * The use without the money of an order that nobody paid; nothing when its day and week are over, and with them its part. It
 * stays one of the orders that were made.
 */
export function withoutAmount(
  use: PurchaseUse | undefined,
  { createdAt, usdMinor = 0 }: Pick<Recharge, 'createdAt' | 'usdMinor'>,
): PurchaseUse | undefined {
  const day: Day = createdAt.slice(0, 10);
  if (!use || usdMinor === 0 || weekOf(use.day) !== weekOf(day)) return undefined;
  const dayMinor = use.day === day ? use.dayMinor - usdMinor : use.dayMinor;
  return { ...use, dayMinor, weekMinor: use.weekMinor - usdMinor };
}
