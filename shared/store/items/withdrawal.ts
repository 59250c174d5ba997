import * as z from 'zod/mini';
import { currencies } from '../../money/currency.ts';
import type { Item } from '../table.ts';
import { Amount, Moment } from './common.ts';

/**
 * `requested`: the coins are frozen, and the provider is asked, or asked again, to give the money back. `refunded`: it has
 * taken that on. `refused`: it never will, and the coins are free again.
 */
export const WithdrawalState = z.enum(['requested', 'refunded', 'refused']);

/** A buyer's withdrawal from what is unused of a purchase: `WITHDRAWAL#{id}` / `WITHDRAWAL`. */
export const Withdrawal = z.object({
  withdrawalId: z.string(),
  rechargeId: z.string(),
  /** Its claim on the order, and our reference of the refund at the provider. */
  claimId: z.string(),
  coins: Amount,
  bonusCoins: Amount,
  amountMinor: Amount,
  currency: z.enum(currencies),
  state: WithdrawalState,
  /** The provider's code for its refusal. */
  reason: z.optional(z.string()),
  requestedAt: Moment,
  dueBucket: z.optional(z.string()),
  dueAt: z.optional(Moment),
});
export type Withdrawal = z.infer<typeof Withdrawal>;

export function parseWithdrawal(item: Item): Withdrawal {
  return z.parse(Withdrawal, item);
}
