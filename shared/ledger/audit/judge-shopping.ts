import { type Entitlement, parseEntitlement } from '../../store/items/entitlement.ts';
import { coinsLeft, parseReservation, parseSpendingEntry, type Reservation } from '../../store/items/reservation.ts';
import type { WalletEntry } from '../../store/items/wallet-entry.ts';
import { isEntitlement, reservationPrefix, spendingPrefix } from '../../store/shop-keys.ts';
import type { Item } from '../../store/table.ts';
import type { Movement } from '../postings.ts';
import type { Findings } from './judge-partition.ts';
import { readable } from './readable.ts';
import { orderSubject, walletSubject } from './subjects.ts';
import type { Tally } from './tally.ts';

/** Of a wallet's items those that tell what was bought: each has its entries, and coins set aside their balance. */
export function judgeShopping(items: Item[], findings: Findings, enter: (movement: Movement) => void): void {
  const { tally } = findings;
  const startingWith = (prefix: string) => items.filter(({ sk }) => String(sk).startsWith(prefix));
  for (const item of startingWith(spendingPrefix))
    for (const { flow, userId: owner, amounts, reservationId } of readable(item, parseSpendingEntry, tally)) {
      enter({ flow, owner, amounts });
      tally.add(walletSubject(owner), spentOf(reservationId), -(amounts.paidCoins + amounts.promoCoins));
    }
  for (const item of startingWith(reservationPrefix))
    for (const reservation of readable(item, parseReservation, tally)) judgeReservation(reservation, tally);
  for (const item of items.filter(isEntitlement))
    for (const entitlement of readable(item, parseEntitlement, tally)) judgeEntitlement(entitlement, tally);
}

function spentOf(reservationId: string): string {
  return `coins spent of reservation ${reservationId}`;
}

function judgeReservation(reservation: Reservation, tally: Tally): void {
  const { userId, reservationId, spentCoins, coins, released } = reservation;
  const subject = walletSubject(userId);
  const left = coinsLeft(reservation);
  const back = released ? released.paidCoins + released.promoCoins + released.repaidCoins : 0;
  tally.add(subject, 'wallet.reserved', left);
  tally.add(subject, spentOf(reservationId), spentCoins);
  tally.add(subject, `coins of reservation ${reservationId}`, spentCoins + left + back - coins);
  if (reservation.purpose !== 'goods') return;
  const { state, quantity } = reservation;
  if (state === 'reserved') tally.add(orderSubject(reservation), 'reserved', -quantity);
  if (state === 'confirmed') tally.add(orderSubject(reservation), 'sold', -quantity);
}

function judgeEntitlement({ userId, item, coins, redemptions }: Entitlement, tally: Tally): void {
  tally.add(walletSubject(userId), `coins paid for ${item}`, coins);
  tally.add(walletSubject(userId), `codes redeemed for ${item}`, redemptions);
}

/** What a purchase or a code says of the thing that was got. */
export function judgeGot(entry: WalletEntry, tally: Tally): void {
  const subject = walletSubject(entry.userId);
  if (entry.flow === 'purchase') tally.add(subject, `coins paid for ${entry.item}`, -entry.unitPrice);
  if (entry.flow === 'redemption' && entry.item !== undefined)
    tally.add(subject, `codes redeemed for ${entry.item}`, -1);
}
