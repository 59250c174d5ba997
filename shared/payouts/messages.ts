import * as z from 'zod/mini';
import { AppId, UuidV7 } from '../identifiers.ts';
import { Amount, Moment } from '../store/items/common.ts';

/** "Send this payout to the provider." Repeating it is harmless: the payout's state decides what is left to do. */
export const PayoutMessage = z.strictObject({ version: z.literal(1), payoutId: UuidV7 });
export type PayoutMessage = z.infer<typeof PayoutMessage>;

/** "Work on this run for a while." Each slice of work ends by sending the next one, which goes on where it stopped. */
export const PayoutRunMessage = z.strictObject({
  version: z.literal(1),
  runId: UuidV7,
  position: z.optional(
    z.strictObject({
      /** Which of the index's buckets the run has come to. */
      bucket: Amount,
      /** The last creator it looked at there, with the date by which the index found it. */
      after: z.optional(z.strictObject({ creatorId: AppId, dueAt: Moment })),
      /** Creators so far whose payout ended in a fault. */
      failed: Amount,
    }),
  ),
});
export type PayoutRunMessage = z.infer<typeof PayoutRunMessage>;
export type RunPosition = NonNullable<PayoutRunMessage['position']>;
