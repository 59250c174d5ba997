import { type Refusal, refuse } from '../refusals.ts';
import { type GoodsOrder, type Promotion, parseReservation, type Reservation } from '../store/items/reservation.ts';
import { readItem } from '../store/read.ts';
import { reservationKey } from '../store/shop-keys.ts';
import type { Table } from '../store/table.ts';

export async function findReservation(
  ledger: Table,
  { userId, reservationId }: { userId: string; reservationId: string },
): Promise<Reservation | undefined> {
  const item = await readItem(ledger, reservationKey({ userId, reservationId }));
  return item && parseReservation(item);
}

export async function findPromotion(
  ledger: Table,
  { userId, promotionId }: { userId: string; promotionId: string },
): Promise<Promotion | Refusal> {
  const found = await findReservation(ledger, { userId, reservationId: promotionId });
  if (found?.purpose === 'promotion') return found;
  return refuse('promotion_not_found', `The user has no promotion ${promotionId}.`, { promotionId });
}

export async function findOrder(
  ledger: Table,
  { userId, orderId }: { userId: string; orderId: string },
): Promise<GoodsOrder | Refusal> {
  const found = await findReservation(ledger, { userId, reservationId: orderId });
  if (found?.purpose === 'goods') return found;
  return refuse('order_not_found', `The user has no order ${orderId}.`, { orderId });
}
