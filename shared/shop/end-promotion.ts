import { type Refusal, refuse } from '../refusals.ts';
import { untilUnchanged } from '../store/contention.ts';
import type { Promotion } from '../store/items/reservation.ts';
import { mayTake } from '../store/state-machine.ts';
import type { Table } from '../store/table.ts';
import { endReservation } from './end-reservation.ts';
import { findPromotion } from './find-reservation.ts';
import { promotionEndings } from './states.ts';

type EndPromotion = { userId: string; promotionId: string; state: 'finished' | 'canceled'; now: Date };

/**
 * Ends a promotion and gives the rest of its budget back. Ended the same way before, it is answered as it is; refusals in
 * this order: `promotion_not_found`, `state_conflict`.
 * @throws Contention when promotion or wallet changed on every attempt.
 */
export async function endPromotion(
  ledger: Table,
  { userId, promotionId, state, now }: EndPromotion,
): Promise<Promotion | Refusal> {
  return untilUnchanged(`The promotion ${promotionId}`, async () => {
    const promotion = await findPromotion(ledger, { userId, promotionId });
    if (!('purpose' in promotion) || promotion.state === state) return promotion;
    if (!mayTake(promotionEndings[state], promotion.state))
      return refuse('state_conflict', `The promotion is ${promotion.state} already.`, {
        promotionId,
        state: promotion.state,
      });
    const ended = await endReservation(ledger, { reservation: promotion, state, now });
    return typeof ended === 'symbol' ? ended : (ended.reservation as Promotion);
  });
}
