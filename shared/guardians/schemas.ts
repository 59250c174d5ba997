import * as z from 'zod/mini';
import { AppId, UuidV7 } from '../identifiers.ts';
import { currencies } from '../money/currency.ts';
import { Amount, Moment } from '../store/items/common.ts';
import { Limits, Purchases } from '../store/items/wallet-rules.ts';

export const GuardianPath = z.strictObject({ userId: AppId, guardianId: AppId });

/** The app knows who of the two is asking: it authenticates people. */
const Side = z.enum(['ward', 'guardian']);

export const GuardianBody = z.strictObject({ by: Side, agrees: z.boolean() });
export type GuardianBody = z.infer<typeof GuardianBody>;

export const GuardianAnswer = z.object({
  userId: AppId,
  guardianId: AppId,
  state: z.enum(['none', 'proposed', 'active', 'ended']),
  /** Who has agreed and waits for the other. */
  proposedBy: z.optional(Side),
  since: z.optional(Moment),
  /** Whether it ends by itself when the ward is of age. */
  endsWhenAdult: z.optional(z.boolean()),
});

export const GuardianRulesBody = z.strictObject({ purchases: Purchases, limits: Limits });
export type GuardianRulesBody = z.infer<typeof GuardianRulesBody>;

export const GuardianRulesAnswer = z.object({
  userId: AppId,
  guardianId: AppId,
  purchases: Purchases,
  limits: z.object(Limits.shape),
});

export const ApprovalPath = z.strictObject({ userId: AppId, guardianId: AppId, rechargeId: UuidV7 });

export const ApprovalBody = z.strictObject({ decision: z.enum(['approve', 'decline']) });
export type ApprovalBody = z.infer<typeof ApprovalBody>;

export const ApprovalAnswer = z.object({
  rechargeId: UuidV7,
  userId: AppId,
  guardianId: AppId,
  state: z.enum(['pending', 'approved', 'declined', 'expired']),
  packageId: AppId,
  channel: z.string(),
  coins: Amount,
  bonusCoins: Amount,
  price: z.object({ amount: Amount, currency: z.enum(currencies) }),
  requestedAt: Moment,
  expiresAt: Moment,
});

export const ApprovalsAnswer = z.object({ approvals: z.array(ApprovalAnswer) });
