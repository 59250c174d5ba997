import * as z from 'zod/mini';
import type { Item } from '../table.ts';
import { Balance, Moment } from './common.ts';

/** What a user may use in the app: `WALLET#{userId}` / `ITEM#{item}`. */
export const Entitlement = z.object({
  userId: z.string(),
  item: z.string(),
  /** Since when without a gap. */
  heldSince: Moment,
  /** Absent for good. */
  heldUntil: z.optional(Moment),
  /** What was paid for it in all purchases together, and how many codes it was got for. */
  coins: Balance,
  redemptions: z.int(),
  version: z.int(),
});
export type Entitlement = z.infer<typeof Entitlement>;

export function parseEntitlement(item: Item): Entitlement {
  return z.parse(Entitlement, item);
}
