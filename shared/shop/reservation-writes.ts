import { newId } from '../identifiers.ts';
import type { Reservation, SpendingEntry } from '../store/items/reservation.ts';
import type { Wallet } from '../store/items/wallet.ts';
import type { ReleaseEntry, ReserveEntry } from '../store/items/wallet-entry.ts';
import { walletEntryKey } from '../store/keys.ts';
import { reservationKey, spendingKey } from '../store/shop-keys.ts';
import type { Write } from '../store/write.ts';
import type { Release, Use } from './decide-reserved.ts';
import { coinsByLot, type Payment, writeWallet } from './wallet-change.ts';

/** What a new reservation has of the coins that were taken for it. */
export function setAside({ paidCoins, promoCoins, promoLots }: Payment) {
  return {
    coins: paidCoins + promoCoins,
    spentCoins: 0,
    paidLeft: paidCoins,
    ...(promoLots.length > 0 && { promoLeft: promoLots }),
    version: 1,
  };
}

/** Sets coins aside: the wallet, the line of its statement and the reservation. */
export function reserveCoins(
  wallet: Wallet,
  { reservation, payment }: { reservation: Reservation; payment: Payment },
): Write<'changed'>[] {
  const { reservationId, userId, createdAt } = reservation;
  const entry: ReserveEntry = {
    entryId: reservationId,
    userId,
    at: createdAt,
    flow: 'reserve',
    amounts: { paidCoins: payment.paidCoins, promoCoins: payment.promoCoins },
    ...coinsByLot(payment.promoLots),
    ...(reservation.purpose === 'goods' ? { item: reservation.item } : { videoId: reservation.videoId }),
  };
  const key = walletEntryKey({ userId, flow: 'reserve', entryId: reservationId });
  return [
    writeWallet(wallet, payment.change, 'changed'),
    { put: { Item: { ...key, ...entry }, ConditionExpression: 'attribute_not_exists(pk)' }, failure: () => 'changed' },
    {
      put: {
        Item: { ...reservationKey(reservation), ...reservation },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
      failure: () => 'changed',
    },
  ];
}

/** Writes a reservation if it is still as it was read. One that has ended is due no more. */
export function writeReservation(before: Reservation, after: Reservation): Write<'changed'> {
  const { dueBucket, dueAt, ...ended } = after;
  const due = after.endedAt === undefined ? { dueBucket, dueAt } : {};
  return {
    put: {
      Item: { ...reservationKey(before), ...ended, ...due, version: before.version + 1 },
      ConditionExpression: 'version = :before',
      ExpressionAttributeValues: { ':before': before.version },
    },
    failure: () => 'changed',
  };
}

/** The entry of coins that were set aside and are spent now. */
export function putSpending(
  { reservationId, userId }: Reservation,
  { entryId, use, reportedCoins, now }: { entryId: string; use: Use; reportedCoins: number; now: Date },
): Write<'changed'> {
  const { paidCoins, promoCoins } = use;
  const amounts = { paidCoins, promoCoins };
  const at = now.toISOString();
  const entry: SpendingEntry = { entryId, userId, reservationId, at, flow: 'spend_reserved', amounts, reportedCoins };
  return {
    put: { Item: { ...spendingKey(entry), ...entry }, ConditionExpression: 'attribute_not_exists(pk)' },
    failure: () => 'changed',
  };
}

/** Gives back what is left: the wallet and the line of its statement. */
export function releaseCoins(
  wallet: Wallet,
  { reservationId, userId }: Reservation,
  { release, now }: { release: Release; now: Date },
): Write<'changed'>[] {
  const entryId = newId(now);
  const { amounts, change } = release;
  const entry: ReleaseEntry = { entryId, userId, at: now.toISOString(), flow: 'release', amounts, reservationId };
  return [
    writeWallet(wallet, change, 'changed'),
    {
      put: {
        Item: { ...walletEntryKey({ userId, flow: 'release', entryId }), ...entry },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
      failure: () => 'changed',
    },
  ];
}
