import * as z from 'zod/mini';
import { TierName } from '../catalog/spending-rules.ts';
import { AppId, UuidV7 } from '../identifiers.ts';
import { Amount, Balance } from '../store/items/common.ts';
import { largestGrantCoins, OperatedStatus, WorthBasisPoints } from '../store/items/wallet.ts';
import { RuleChange } from '../store/items/wallet-rules.ts';

/** Why an operator acts; it is kept with what was done. No names of people belong in it. */
export const Reason = z.string().check(z.minLength(3), z.maxLength(200));

export const WalletStatusBody = z.strictObject({ status: OperatedStatus, reason: Reason });
export const WalletStatusAnswer = z.object({ userId: AppId, status: OperatedStatus });

export const GrantBody = z.strictObject({
  userId: AppId,
  coins: z.int().check(z.minimum(1), z.maximum(largestGrantCoins)),
  reason: Reason,
  /** As bonus coins when absent. */
  expiresAfterDays: z.optional(z.int().check(z.minimum(1), z.maximum(3_650))),
  /** Nothing when absent. */
  worthBasisPoints: z.optional(WorthBasisPoints),
});
export type GrantBody = z.infer<typeof GrantBody>;

export const GrantAnswer = z.object({
  grantId: UuidV7,
  userId: AppId,
  coins: Amount,
  wallet: z.object({ coins: Balance }),
});

export const TierBody = z.strictObject({ tier: TierName, reason: Reason });
export type TierBody = z.infer<typeof TierBody>;
export const TierAnswer = z.object({ userId: AppId, tier: TierName });

export const AgeDoubtBody = z.strictObject({ doubted: z.boolean(), reason: Reason });
export const AgeDoubtAnswer = z.object({ userId: AppId, doubted: z.boolean() });

export const RuleChangesAnswer = z.object({ changes: z.array(RuleChange) });
