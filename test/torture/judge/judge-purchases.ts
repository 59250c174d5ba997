import { addDays, type Day, weekOf } from '../../../shared/calendar.ts';
import type { PurchaseUse } from '../../../shared/store/items/purchase-use.ts';
import type { Recharge } from '../../../shared/store/items/recharge.ts';
import { subjects } from '../history.ts';
import type { World } from '../world.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * What is counted for a user in the last week in which anything was must be what the orders say. Whether an order that was
 * paid in another week than it was made in had expired meanwhile, and so counts in the one or in the other, they do not say;
 * nor when an order at PayPal that had expired was counted again, whose money was then not taken.
 */
export function judgePurchases({ history }: World, { purchaseUses, recharges }: Snapshot): void {
  const ordersOf = Map.groupBy(recharges, ({ userId }) => userId);
  for (const [userId, use] of purchaseUses) {
    const counting = (ordersOf.get(userId) ?? []).filter(
      ({ state, stillCounts }) => state !== 'expired' || stillCounts,
    );
    const countedAgain = counting.filter(({ state, provider }) => state === 'expired' && provider === 'paypal');
    const orders = counting.filter((order) => !countedAgain.includes(order));
    const least = sum(orders.filter((order) => daysOf(order).every((day) => isInWeekOf(use, day))));
    const most = sum([
      ...countedAgain,
      ...orders.filter((order) => daysOf(order).some((day) => mayBeInWeekOf(use, day))),
    ]);
    if (use.weekMinor < least || use.weekMinor > most)
      history.violate(
        subjects.wallet(userId),
        `has ${use.weekMinor} counted in the week of ${use.day}, and orders of ${least} to ${most}`,
      );
  }
}

/** The days on which an order may have been counted. */
function daysOf({ createdAt, paidAt = createdAt }: Recharge): Day[] {
  return [createdAt, paidAt].map((moment) => moment.slice(0, 10));
}

function isInWeekOf({ day: last }: PurchaseUse, day: Day): boolean {
  return weekOf(day) === weekOf(last);
}

/** An order that is written late on a Sunday counts on the Monday when something else was counted there before it. */
function mayBeInWeekOf(use: PurchaseUse, day: Day): boolean {
  return isInWeekOf(use, day) || isInWeekOf(use, addDays(day, 1));
}

function sum(orders: Recharge[]): number {
  return orders.reduce((total, { usdMinor = 0 }) => total + usdMinor, 0);
}
