import * as z from 'zod/mini';
import { Cash } from '../earnings/schemas.ts';
import { AppId, UuidV7 } from '../identifiers.ts';
import { ClosureState, ErasureState } from '../store/items/account.ts';
import { Balance, Moment } from '../store/items/common.ts';
import { obstacleReasons } from './decide-closure.ts';

export const ClosureBody = z.strictObject({
  forfeit: z.optional(z.boolean()),
  waiveWithdrawal: z.optional(z.boolean()),
  leaveEarnings: z.optional(z.boolean()),
});

export const ClosureAnswer = z.object({
  closureId: UuidV7,
  userId: AppId,
  state: ClosureState,
  waitsFor: z.array(z.object({ reason: z.enum(obstacleReasons), ids: z.array(z.string()) })),
  withdrawable: z.array(z.object({ rechargeId: UuidV7, refund: Cash })),
  paidCoins: Balance,
  promoCoins: Balance,
  owedCoins: Balance,
  forfeitedCoins: Balance,
  requestedAt: Moment,
  closedAt: z.optional(Moment),
});

export const ErasureBody = z.strictObject({});

export const ErasureAnswer = z.object({
  erasureId: UuidV7,
  userId: AppId,
  state: ErasureState,
  requestedAt: Moment,
  erasedAt: z.optional(Moment),
  payoutsKeptUntil: z.optional(Moment),
});

/** As of every list, but for the cursor, which says a place in storage. */
export const ExportQuery = z.strictObject({
  limit: z.optional(z.string().check(z.regex(/^([1-9]|[1-9]\d|100)$/))),
  cursor: z.optional(z.string().check(z.regex(/^[A-Za-z0-9_-]{1,512}$/))),
});

export const ExportAnswer = z.object({
  userId: AppId,
  items: z.array(z.object({ kind: z.string(), data: z.record(z.string(), z.unknown()) })),
  nextCursor: z.optional(z.string()),
});
