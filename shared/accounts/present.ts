import type * as z from 'zod/mini';
import type { Erasure } from '../store/items/account.ts';
import type { ClosureStanding } from './close-account.ts';
import type { ClosureAnswer, ErasureAnswer } from './schemas.ts';

export function presentClosure({
  closure,
  wallet,
  waitsFor,
  withdrawable,
}: ClosureStanding): z.infer<typeof ClosureAnswer> {
  const { closureId, userId, state, forfeitedPaidCoins, forfeitedPromoCoins, requestedAt, closedAt } = closure;
  return {
    closureId,
    userId,
    state,
    waitsFor,
    withdrawable: withdrawable.map(({ rechargeId, amountMinor, currency }) => ({
      rechargeId,
      refund: { amount: amountMinor, currency },
    })),
    paidCoins: wallet.paid,
    promoCoins: (wallet.promo ?? []).reduce((sum, { coins }) => sum + coins, 0),
    owedCoins: wallet.owed,
    forfeitedCoins: forfeitedPaidCoins + forfeitedPromoCoins,
    requestedAt,
    ...(closedAt !== undefined && { closedAt }),
  };
}

export function presentErasure(erasure: Erasure): z.infer<typeof ErasureAnswer> {
  const { erasureId, userId, state, requestedAt, erasedAt, payoutsKeptUntil } = erasure;
  return {
    erasureId,
    userId,
    state,
    requestedAt,
    ...(erasedAt !== undefined && { erasedAt }),
    ...(payoutsKeptUntil !== undefined && { payoutsKeptUntil }),
  };
}
