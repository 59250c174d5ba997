import { changedMeanwhile } from '../store/contention.ts';
import { coinsLeft, type Reservation } from '../store/items/reservation.ts';
import { parseWallet, type Wallet } from '../store/items/wallet.ts';
import { walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import { decideRelease } from './decide-reserved.ts';
import { releaseCoins, writeReservation } from './reservation-writes.ts';

type Ending<State> = {
  reservation: Reservation & { state: State };
  state: State;
  now: Date;
  also?: Write<'changed'>[];
};

/** What a reservation has become, and the wallet with it; or that somebody changed either. */
export type Ended = { reservation: Reservation; wallet: Wallet } | typeof changedMeanwhile;

/** Ends a reservation, and gives back what is left of it, in one transaction with what else ends with it. */
export async function endReservation<State extends Reservation['state']>(
  ledger: Table,
  { reservation, state, now, also = [] }: Ending<State>,
): Promise<Ended> {
  const item = await readItem(ledger, walletKey(reservation.userId));
  if (!item) throw new Error(`The wallet of reservation ${reservation.reservationId} is gone.`);
  const wallet = parseWallet(item);
  const at = now.toISOString();
  if (coinsLeft(reservation) === 0) {
    const after = { ...reservation, state, endedAt: at } as Reservation;
    const written = await transact(ledger, [writeReservation(reservation, after), ...also]);
    return written.committed ? { reservation: after, wallet } : changedMeanwhile;
  }
  const release = decideRelease(wallet, reservation, now);
  const { promoLeft: _, ...rest } = reservation;
  const walletVersion = wallet.version + 1;
  const released = { at, walletVersion, ...release.amounts };
  const after = { ...rest, state, paidLeft: 0, released, endedAt: at } as Reservation;
  const written = await transact(ledger, [
    writeReservation(reservation, after),
    ...releaseCoins(wallet, reservation, { release, now }),
    ...also,
  ]);
  if (!written.committed) return changedMeanwhile;
  const { promo: _promo, guards: _guards, ...kept } = wallet;
  return { reservation: after, wallet: { ...kept, ...release.change, version: walletVersion } };
}
