import { type Refusal, refuse } from '../refusals.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import type { GoodsOrder } from '../store/items/reservation.ts';
import { mayTake } from '../store/state-machine.ts';
import type { Table } from '../store/table.ts';
import { transact } from '../store/write.ts';
import { useReserved } from './decide-reserved.ts';
import { endReservation } from './end-reservation.ts';
import { findOrder } from './find-reservation.ts';
import { putSpending, writeReservation } from './reservation-writes.ts';
import { goodsOrderEndings } from './states.ts';
import { moveStock } from './stock-writes.ts';

type SettleOrder = { userId: string; orderId: string; state: 'confirmed' | 'canceled'; now: Date };

/**
 * Confirms an order, which spends its coins and sells what it holds, or cancels it, which gives both back. Settled the same
 * way before, it is answered as it is; refusals in this order: `order_not_found`, `state_conflict`, also for one whose time
 * is over though no sweep has come by yet.
 * @throws Contention when order, wallet or stock changed on every attempt.
 */
export async function settleOrder(
  ledger: Table,
  { userId, orderId, state, now }: SettleOrder,
): Promise<GoodsOrder | Refusal> {
  return untilUnchanged(`The order ${orderId}`, async () => {
    const order = await findOrder(ledger, { userId, orderId });
    if (!('purpose' in order) || order.state === state) return order;
    const isLate = state === 'confirmed' && order.state === 'reserved' && order.expiresAt <= now.toISOString();
    if (isLate || !mayTake(goodsOrderEndings[state], order.state))
      return refuse(
        'state_conflict',
        `The order is ${isLate ? 'lapsed' : order.state}: it cannot be ${state} any more.`,
        {
          orderId,
          state: isLate ? 'lapsed' : order.state,
        },
      );
    return state === 'confirmed' ? confirm(ledger, order, now) : giveBack(ledger, { order, state, now });
  });
}

async function confirm(ledger: Table, order: GoodsOrder, now: Date): Promise<GoodsOrder | typeof changedMeanwhile> {
  const { reservationId, coins } = order;
  const use = useReserved(order, coins);
  const { promoLeft: _, ...rest } = order;
  const after: GoodsOrder = {
    ...rest,
    ...use.left,
    state: 'confirmed',
    spentCoins: coins,
    endedAt: now.toISOString(),
  };
  const written = await transact<'changed'>(ledger, [
    writeReservation(order, after),
    putSpending(order, { entryId: reservationId, use, reportedCoins: coins, now }),
    ...moveStock<'changed'>(order, 'sold', { counter: 'changed', line: 'changed' }),
  ]);
  return written.committed ? after : changedMeanwhile;
}

/** Gives back what an order holds: the coins to the wallet, the goods to the stock. */
export async function giveBack(
  ledger: Table,
  { order, state, now }: { order: GoodsOrder; state: 'canceled' | 'lapsed'; now: Date },
): Promise<GoodsOrder | typeof changedMeanwhile> {
  const also = moveStock<'changed'>(order, 'released', { counter: 'changed', line: 'changed' });
  const ended = await endReservation(ledger, { reservation: order, state, now, also });
  return typeof ended === 'symbol' ? ended : (ended.reservation as GoodsOrder);
}
