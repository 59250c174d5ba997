import * as z from 'zod/mini';
import type { Item } from '../table.ts';
import { Moment } from './common.ts';
import { PayoutMethod } from './creator.ts';

export const PayoutBatchState = z.enum(['sending', 'taken', 'refused']);
export type PayoutBatchState = z.infer<typeof PayoutBatchState>;

/** Payouts that are sent to a provider in one call: `BATCH#{batchId}` / `BATCH`. */
export const PayoutBatch = z.object({
  /** What the provider knows the batch by; UUIDv7. */
  batchId: z.string(),
  method: PayoutMethod,
  /** In the order in which they are sent. They never change. */
  payoutIds: z.array(z.string()),
  /** `sending`: the provider may have it. `taken`: it has. `refused`: it never had it, and none of the payouts is in it any more. */
  state: PayoutBatchState,
  createdAt: Moment,
  /** When the provider was last called to take it, and when before that; the latter is absent after the first call. */
  attemptedAt: Moment,
  previousAt: z.optional(Moment),
  /** The provider's own id of it. */
  reference: z.optional(z.string()),
  version: z.int(),
});
export type PayoutBatch = z.infer<typeof PayoutBatch>;

export function parsePayoutBatch(item: Item): PayoutBatch {
  return z.parse(PayoutBatch, item);
}
