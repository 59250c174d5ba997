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
export function judgeShopping(
  { items, entries }: { items: Item[]; entries: WalletEntry[] },
  findings: Findings,
  enter: (movement: Movement) => void,
): void {
  const { tally } = findings;
  const startingWith = (prefix: string) => items.filter(({ sk }) => String(sk).startsWith(prefix));
  for (const item of startingWith(spendingPrefix))
    for (const { flow, userId: owner, amounts, reservationId } of readable(item, parseSpendingEntry, tally)) {
      enter({ flow, owner, amounts });
      tally.add(walletSubject(owner), spentOf(reservationId), -(amounts.paidCoins + amounts.promoCoins));
      judgeKept({ userId: owner, reservationId, sign: 1, ...amounts }, tally);
    }
  for (const item of startingWith(reservationPrefix))
    for (const reservation of readable(item, parseReservation, tally)) judgeReservation(reservation, tally);
  for (const item of items.filter(isEntitlement))
    for (const entitlement of readable(item, parseEntitlement, tally)) judgeEntitlement(entitlement, entries, tally);
}

function spentOf(reservationId: string): string {
  return `coins spent of reservation ${reservationId}`;
}

type Kept = { userId: string; reservationId: string; sign: 1 | -1; paidCoins: number; promoCoins: number };

/** Bought and given coins are set aside in one account; what is left of each is what the entries leave of it. */
function judgeKept({ userId, reservationId, sign, paidCoins, promoCoins }: Kept, tally: Tally): void {
  const subject = walletSubject(userId);
  tally.add(subject, `bought coins of reservation ${reservationId}`, sign * paidCoins);
  tally.add(subject, `promotional coins of reservation ${reservationId}`, sign * promoCoins);
}

function judgeReservation(reservation: Reservation, tally: Tally): void {
  const { userId, reservationId, spentCoins, coins, released, paidLeft } = reservation;
  const subject = walletSubject(userId);
  const left = coinsLeft(reservation);
  const back = released ? released.paidCoins + released.promoCoins + released.repaidCoins : 0;
  tally.add(subject, 'wallet.reserved', left);
  tally.add(subject, spentOf(reservationId), spentCoins);
  tally.add(subject, `coins of reservation ${reservationId}`, spentCoins + left + back - coins);
  judgeKept({ userId, reservationId, sign: 1, paidCoins: paidLeft, promoCoins: left - paidLeft }, tally);
  const isOpen = reservation.state === 'running' || reservation.state === 'reserved';
  // The sweep finds by the due time what nobody ends, and leaves alone what has ended.
  if (!isOpen || reservation.dueAt === undefined)
    tally.add(subject, `coins of reservation ${reservationId} that nothing releases`, left);
  if (reservation.purpose !== 'goods') return;
  const { state, quantity } = reservation;
  if (state === 'reserved') tally.add(orderSubject(reservation), 'reserved', -quantity);
  if (state === 'confirmed') tally.add(orderSubject(reservation), 'sold', -quantity);
}

function judgeEntitlement(
  { userId, item, coins, redemptions, heldUntil }: Entitlement,
  entries: WalletEntry[],
  tally: Tally,
): void {
  const subject = walletSubject(userId);
  tally.add(subject, `coins paid for ${item}`, coins);
  tally.add(subject, `codes redeemed for ${item}`, redemptions);
  tally.add(subject, `times that ${item} is held until another time`, heldUntil === endOf(item, entries) ? 0 : 1);
}

/** Each time something is got it is held for longer: until the latest time that an entry says, or for good. */
function endOf(item: string, entries: WalletEntry[]): string | undefined {
  let end: string | undefined = '';
  for (const entry of entries)
    if ((entry.flow === 'purchase' || entry.flow === 'redemption') && entry.item === item && end !== undefined)
      end = entry.heldUntil === undefined || entry.heldUntil > end ? entry.heldUntil : end;
  return end;
}

/** What a line says of the thing that was got, or of coins that were set aside. */
export function judgeGot(entry: WalletEntry, tally: Tally): void {
  const { userId } = entry;
  const subject = walletSubject(userId);
  if (entry.flow === 'reserve') judgeKept({ userId, reservationId: entry.entryId, sign: -1, ...entry.amounts }, tally);
  if (entry.flow === 'release') {
    const { paidCoins, promoCoins, repaidCoins } = entry.amounts;
    judgeKept(
      { userId, reservationId: entry.reservationId, sign: 1, paidCoins: paidCoins + repaidCoins, promoCoins },
      tally,
    );
  }
  if (entry.flow === 'purchase') tally.add(subject, `coins paid for ${entry.item}`, -entry.unitPrice);
  if (entry.flow === 'redemption' && entry.item !== undefined)
    tally.add(subject, `codes redeemed for ${entry.item}`, -1);
}
