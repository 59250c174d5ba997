import * as z from 'zod/mini';
import { AppId, UuidV7 } from '../identifiers.ts';
import { Amount, Balance } from '../store/items/common.ts';
import { WalletStatus } from '../store/items/wallet.ts';

/** Why an operator acts; it is kept with what was done. No names of people belong in it. */
export const Reason = z.string().check(z.minLength(3), z.maxLength(200));

export const WalletStatusBody = z.strictObject({ status: WalletStatus, reason: Reason });
export const WalletStatusAnswer = z.object({ userId: AppId, status: WalletStatus });

/** The most that one grant may give: a mistake of more needs two. */
const largestGrantCoins = 100_000;

export const GrantBody = z.strictObject({
  userId: AppId,
  coins: z.int().check(z.minimum(1), z.maximum(largestGrantCoins)),
  reason: Reason,
});
export type GrantBody = z.infer<typeof GrantBody>;

export const GrantAnswer = z.object({
  grantId: UuidV7,
  userId: AppId,
  coins: Amount,
  wallet: z.object({ coins: Balance }),
});
