import * as z from 'zod/mini';
import { currencies } from '../../money/currency.ts';
import type { Item } from '../table.ts';
import { Amount, Moment } from './common.ts';

/** Who has agreed to a guardian: `WALLET#{userId}` / `GUARDIAN#{guardianId}`. The link holds while both have. */
export const GuardianLink = z.object({
  userId: z.string(),
  guardianId: z.string(),
  wardAgreedAt: z.optional(Moment),
  guardianAgreedAt: z.optional(Moment),
  endedAt: z.optional(Moment),
  endedBy: z.optional(z.enum(['ward', 'guardian'])),
  version: z.int(),
});
export type GuardianLink = z.infer<typeof GuardianLink>;

export function parseGuardianLink(item: Item): GuardianLink {
  return z.parse(GuardianLink, item);
}

/** That a user has, had or was asked to have a ward: `WALLET#{guardianId}` / `WARD#{userId}`. */
export const WardLine = z.object({ userId: z.string(), guardianId: z.string() });

/**
 * A purchase that a guardian is asked about: `APPROVAL#{userId}` / `PURCHASE#{rechargeId}`. It is for one order, whose id it
 * has, at this price; so it can be used once, as the order can be made once.
 */
export const PurchaseApproval = z.object({
  rechargeId: z.string(),
  userId: z.string(),
  guardianId: z.string(),
  packageId: z.string(),
  channel: z.string(),
  provider: z.string(),
  coins: Amount,
  bonusCoins: Amount,
  priceMinor: Amount,
  currency: z.enum(currencies),
  state: z.enum(['pending', 'approved', 'declined']),
  requestedAt: Moment,
  /** Until then it can be answered, and an approved purchase be made. */
  expiresAt: Moment,
  version: z.int(),
});
export type PurchaseApproval = z.infer<typeof PurchaseApproval>;

export function parsePurchaseApproval(item: Item): PurchaseApproval {
  return z.parse(PurchaseApproval, item);
}
