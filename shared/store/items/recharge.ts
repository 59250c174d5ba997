import * as z from 'zod/mini';
import { currencies } from '../../money/currency.ts';
import type { Item } from '../table.ts';
import { Amount, Moment } from './common.ts';

export const RechargeState = z.enum(['pending', 'failed', 'expired', 'paid']);
export type RechargeState = z.infer<typeof RechargeState>;

/** What was quoted to a fan and what became of it: `RECHARGE#{id}` / `ORDER`. */
export const Recharge = z.object({
  rechargeId: z.string(),
  userId: z.string(),
  packageId: z.string(),
  channel: z.string(),
  provider: z.enum(['stripe']),
  region: z.string(),
  coins: Amount,
  bonusCoins: Amount,
  priceMinor: Amount,
  currency: z.enum(currencies),
  catalogVersion: z.string(),
  state: RechargeState,
  paymentIntentId: z.optional(z.string()),
  /** The provider's own word for the last refusal of the payment method. */
  failure: z.optional(z.string()),
  createdAt: Moment,
  expiresAt: Moment,
  paidAt: z.optional(Moment),
  version: z.int(),
  dueBucket: z.optional(z.string()),
  dueAt: z.optional(Moment),
});
export type Recharge = z.infer<typeof Recharge>;

export function parseRecharge(item: Item): Recharge {
  return z.parse(Recharge, item);
}

/** Proof that a provider's event was handled, and how: `EVENT#{provider}#{eventId}` / `EVENT`. */
export const ProviderEvent = z.object({
  provider: z.enum(['stripe', 'paypal']),
  eventId: z.string(),
  type: z.string(),
  /** SHA-256 of the body, in hex. */
  digest: z.string(),
  outcome: z.enum(['applied', 'ignored', 'parked']),
  /** Why it was parked or ignored. */
  reason: z.optional(z.string()),
  /** The recharge or payout it was about. */
  subject: z.optional(z.string()),
  receivedAt: Moment,
});
export type ProviderEvent = z.infer<typeof ProviderEvent>;

export function parseProviderEvent(item: Item): ProviderEvent {
  return z.parse(ProviderEvent, item);
}
