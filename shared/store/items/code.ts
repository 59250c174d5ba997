import * as z from 'zod/mini';
import type { Item } from '../table.ts';
import { Amount, Moment } from './common.ts';
import { WorthBasisPoints } from './wallet.ts';

/** Promotional coins, or something of the catalogue that the user may use from then on. */
export const CodeBenefit = z.union([
  /** Worth nothing to creators unless it says so. */
  z.strictObject({ coins: Amount, worthBasisPoints: z.optional(WorthBasisPoints) }),
  z.strictObject({ item: z.string() }),
]);
export type CodeBenefit = z.infer<typeof CodeBenefit>;

/** A code that can be redeemed once: `CODE#{hash}` / `CODE`. */
export const RedemptionCode = z.object({
  batchId: z.string(),
  gives: CodeBenefit,
  /** The only user who can redeem it; anybody when absent. */
  owner: z.optional(z.string()),
  from: Moment,
  until: Moment,
  redeemed: z.optional(z.object({ userId: z.string(), redemptionId: z.string(), at: Moment })),
});
export type RedemptionCode = z.infer<typeof RedemptionCode>;

export function parseRedemptionCode(item: Item): RedemptionCode {
  return z.parse(RedemptionCode, item);
}

/** Codes that were made together: `CODES#batches` / `BATCH#{id}`. `madeBy` and `revokedBy` are clients of tokens. */
export const CodeBatch = z.object({
  batchId: z.string(),
  count: Amount,
  gives: CodeBenefit,
  owner: z.optional(z.string()),
  from: Moment,
  until: Moment,
  reason: z.string(),
  /** What it counts for in what operators may give in a day; absent when it is worth nothing. */
  worthCoins: z.optional(Amount),
  madeBy: z.string(),
  madeAt: Moment,
  revokedAt: z.optional(Moment),
  revokedBy: z.optional(z.string()),
  revokedFor: z.optional(z.string()),
});
export type CodeBatch = z.infer<typeof CodeBatch>;

export function parseCodeBatch(item: Item): CodeBatch {
  return z.parse(CodeBatch, item);
}
