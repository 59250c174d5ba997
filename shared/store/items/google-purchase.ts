import * as z from 'zod/mini';
import type { Item } from '../table.ts';
import { Moment } from './common.ts';

/**
 * A purchase at Google Play that names one of our orders, from when it is first heard of until nothing is left to do:
 * `GOOGLE#{hash of the token}` / `PURCHASE`. It is put before the purchase is credited, so that no death of a function in
 * between leaves one uncredited, or unconsumed until Google gives the money back.
 */
export const GooglePurchaseWork = z.object({
  purchaseToken: z.string(),
  rechargeId: z.string(),
  firstSeenAt: Moment,
  /** `consumed` and `closed` (canceled, or forgotten by Google) are final; only an `open` one is due. */
  state: z.enum(['open', 'consumed', 'closed']),
  dueBucket: z.optional(z.string()),
  dueAt: z.optional(Moment),
});
export type GooglePurchaseWork = z.infer<typeof GooglePurchaseWork>;

export function parseGooglePurchaseWork(item: Item): GooglePurchaseWork {
  return z.parse(GooglePurchaseWork, item);
}
