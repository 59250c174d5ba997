import * as z from 'zod/mini';
import { UuidV7 } from '../identifiers.ts';
import { Amount } from '../store/items/common.ts';

/**
 * "Work on this chunk of a run for a while." How far the chunk is stands in its item, so that the message can be repeated and
 * lost. Each slice of work ends by sending the next one.
 */
export const PayoutRunMessage = z.strictObject({ version: z.literal(2), runId: UuidV7, chunk: Amount });
export type PayoutRunMessage = z.infer<typeof PayoutRunMessage>;
