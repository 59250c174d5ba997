import * as z from 'zod/mini';
import type { Item } from '../table.ts';
import { Balance, Day } from './common.ts';

/**
 * What a user's orders take of the purchase limits: `PURCHASES#{userId}` / `USE`. All orders count but those that expired
 * and that nobody can pay any more. Amounts are US cents at the reference rates.
 */
export const PurchaseUse = z.object({
  /** The latest day (UTC) that anything was counted on. */
  day: Day,
  /** On that day. */
  dayMinor: Balance,
  /** Orders that were made on that day, whatever became of them. */
  dayOrders: Balance,
  /** In the week, from Monday, that the day is in. */
  weekMinor: Balance,
  /** When the orders of the last hour were made, in milliseconds since 1970. */
  recentOrders: z.array(z.int()),
  version: z.int(),
});
export type PurchaseUse = z.infer<typeof PurchaseUse>;

export function parsePurchaseUse(item: Item): PurchaseUse {
  return z.parse(PurchaseUse, item);
}
