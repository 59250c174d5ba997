import * as z from 'zod/mini';
import { UuidV7 } from '../identifiers.ts';

/** "Send this payout to the provider." Repeating it is harmless: the payout's state decides what is left to do. */
export const PayoutMessage = z.strictObject({ version: z.literal(1), payoutId: UuidV7 });
export type PayoutMessage = z.infer<typeof PayoutMessage>;
