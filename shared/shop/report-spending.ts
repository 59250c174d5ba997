import { type Refusal, refuse } from '../refusals.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import { type Promotion, parseSpendingEntry } from '../store/items/reservation.ts';
import { readItem } from '../store/read.ts';
import { spendingKey } from '../store/shop-keys.ts';
import type { Table } from '../store/table.ts';
import { transact } from '../store/write.ts';
import { useReserved } from './decide-reserved.ts';
import { findPromotion } from './find-reservation.ts';
import { putSpending, writeReservation } from './reservation-writes.ts';

export type ReportSpending = {
  userId: string;
  promotionId: string;
  /** The key of this report. */
  stepId: string;
  /** Coins that were spent since the promotion began. */
  spentCoins: number;
  now: Date;
};

export type Reported = { promotion: Promotion; spentNow: number; replayed: boolean };

/**
 * Spends of a promotion's budget up to what the app reports in all. As reports are cumulative, a late or repeated one spends
 * nothing, and none spends more than the budget; with its last coin the promotion is finished. Refusals in this order:
 * `promotion_not_found`, `idempotency_key_reused`, `state_conflict` for more than was spent when the promotion ended.
 * @throws Contention when other reports were first on every attempt.
 */
export async function reportSpending(ledger: Table, report: ReportSpending): Promise<Reported | Refusal> {
  const { userId, promotionId, stepId, spentCoins, now } = report;
  return untilUnchanged(`The promotion ${promotionId}`, async () => {
    const promotion = await findPromotion(ledger, { userId, promotionId });
    if (!('purpose' in promotion)) return promotion;
    const item = await readItem(ledger, spendingKey({ userId, reservationId: promotionId, entryId: stepId }));
    const earlier = item && parseSpendingEntry(item);
    if (earlier && earlier.reportedCoins !== spentCoins) return keyReused(report);
    if (earlier) return { promotion, spentNow: 0, replayed: true };
    if (spentCoins <= promotion.spentCoins) return { promotion, spentNow: 0, replayed: false };
    if (promotion.state !== 'running') return refuseEnded(promotion);
    const upTo = Math.min(spentCoins, promotion.coins);
    const use = useReserved(promotion, upTo - promotion.spentCoins);
    const isUsedUp = upTo === promotion.coins;
    const { promoLeft: _, ...rest } = promotion;
    const after: Promotion = {
      ...rest,
      ...use.left,
      spentCoins: upTo,
      ...(isUsedUp && { state: 'finished', endedAt: now.toISOString() }),
    };
    const written = await transact(ledger, [
      writeReservation(promotion, after),
      putSpending(promotion, { entryId: stepId, use, reportedCoins: spentCoins, now }),
    ]);
    if (!written.committed) return changedMeanwhile;
    return { promotion: after, spentNow: upTo - promotion.spentCoins, replayed: false };
  });
}

function keyReused({ promotionId, stepId }: ReportSpending): Refusal {
  return refuse(
    'idempotency_key_reused',
    'The Idempotency-Key belongs to another report of this promotion: use a new key for a new report.',
    { promotionId, stepId },
  );
}

function refuseEnded({ reservationId, state, spentCoins }: Promotion): Refusal {
  return refuse('state_conflict', `The promotion is ${state}: nothing more of its budget can be spent.`, {
    promotionId: reservationId,
    state,
    spentCoins,
  });
}
