import * as z from 'zod/mini';
import type { Item } from '../table.ts';
import { Amount, Moment } from './common.ts';

/** What a request to close an account says; nothing of it is ever taken for granted. */
export const ClosureRequest = z.object({
  /** Whether the coins that are left are given up. */
  forfeit: z.boolean(),
  /** Whether coins are given up that the buyer could still give back for their price. */
  waiveWithdrawal: z.boolean(),
  /** Whether the account is closed although the user's creators have diamonds that are not paid out; these stay theirs. */
  leaveEarnings: z.boolean(),
});
export type ClosureRequest = z.infer<typeof ClosureRequest>;

export const ClosureState = z.enum(['requested', 'settled', 'closed']);
export type ClosureState = z.infer<typeof ClosureState>;

/** The closing of an account: `WALLET#{userId}` / `CLOSURE`. */
export const Closure = z.object({
  /** The key of the first request. */
  closureId: z.string(),
  userId: z.string(),
  state: ClosureState,
  /** The latest request, which is the one that holds. */
  requestId: z.string(),
  request: ClosureRequest,
  /** The client of the token that asked first. */
  requestedBy: z.string(),
  requestedAt: Moment,
  /** Coins that were given up, in all. */
  forfeitedPaidCoins: Amount,
  forfeitedPromoCoins: Amount,
  closedAt: z.optional(Moment),
  version: z.int(),
});
export type Closure = z.infer<typeof Closure>;

export function parseClosure(item: Item): Closure {
  return z.parse(Closure, item);
}

export const ErasureState = z.enum(['running', 'erased']);
export type ErasureState = z.infer<typeof ErasureState>;

/** That a person was erased: `WALLET#{userId}` / `ERASURE`. It has no personal data, and stays. */
export const Erasure = z.object({
  erasureId: z.string(),
  userId: z.string(),
  state: ErasureState,
  requestedBy: z.string(),
  requestedAt: Moment,
  erasedAt: z.optional(Moment),
  /** Until when the law has the destinations of payouts kept; they are erased then. */
  payoutsKeptUntil: z.optional(Moment),
  payoutsErasedAt: z.optional(Moment),
  version: z.int(),
  /** While something is left to erase. */
  dueBucket: z.optional(z.string()),
  dueAt: z.optional(Moment),
});
export type Erasure = z.infer<typeof Erasure>;

export function parseErasure(item: Item): Erasure {
  return z.parse(Erasure, item);
}

/** A line by which a user's orders, or creators, are found. */
export const OrderLine = z.object({ rechargeId: z.string() });
export const OwnedCreator = z.object({ creatorId: z.string() });
