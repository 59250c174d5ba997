import { coinsLeft, parseReservation, type Reservation } from '../store/items/reservation.ts';
import { walletKey } from '../store/keys.ts';
import { queryAll } from '../store/read.ts';
import { reservationPrefix } from '../store/shop-keys.ts';
import type { Table } from '../store/table.ts';

/** A user's promotions that run and goods on hold. Reads those that have ended too: a kilobyte for two or three of them. */
export async function openReservations(ledger: Table, userId: string): Promise<Reservation[]> {
  const open: Reservation[] = [];
  const items = queryAll(ledger, {
    KeyConditionExpression: 'pk = :user AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':user': walletKey(userId).pk, ':prefix': reservationPrefix },
    ConsistentRead: true,
  });
  for await (const item of items) {
    const reservation = parseReservation(item);
    if (reservation.endedAt === undefined) open.push(reservation);
  }
  return open;
}

/** The coins that are set aside in them and not spent yet. */
export function coinsSetAside(reservations: Reservation[]): number {
  return reservations.reduce((sum, reservation) => sum + coinsLeft(reservation), 0);
}
