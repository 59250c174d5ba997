import { type Key, walletKeyPrefix } from './keys.ts';

const entitlementPrefix = 'ITEM#';
export const reservationPrefix = 'RESERVED#';
export const spendingPrefix = 'SPENDING#';

export function isEntitlement({ sk }: Record<string, unknown>): boolean {
  return String(sk).startsWith(entitlementPrefix);
}

/** What a user has of one thing that is sold in the app. */
export function entitlementKey(entitlement: { userId: string; item: string }): Key {
  return { pk: `${walletKeyPrefix}${entitlement.userId}`, sk: `${entitlementPrefix}${entitlement.item}` };
}

/** All that a user has or had. */
export function entitlementsOf(userId: string): { pk: string; prefix: string } {
  return { pk: `${walletKeyPrefix}${userId}`, prefix: entitlementPrefix };
}

/** Coins that are set aside, under the key of the request that began it. */
export function reservationKey(reservation: { userId: string; reservationId: string }): Key {
  return { pk: `${walletKeyPrefix}${reservation.userId}`, sk: `${reservationPrefix}${reservation.reservationId}` };
}

/** One step in which coins that were set aside are spent. It is no line of the statement, which shows when they were set aside. */
export function spendingKey(spending: { userId: string; reservationId: string; entryId: string }): Key {
  return {
    pk: `${walletKeyPrefix}${spending.userId}`,
    sk: `${spendingPrefix}${spending.reservationId}#${spending.entryId}`,
  };
}

/** How many there are of something, and what became of them. */
export function stockKey(item: string): Key {
  return { pk: `STOCK#${item}`, sk: 'STOCK' };
}

export const stockChangePrefix = 'CHANGE#';
export const stockLinePrefix = 'LINE#';

/** One change of the stock by an operator. */
export function stockChangeKey(change: { item: string; changeId: string }): Key {
  return { pk: `STOCK#${change.item}`, sk: `${stockChangePrefix}${change.changeId}` };
}

/** All changes of a stock, for a query that begins with the latest. */
export function stockChangesOf(item: string): { pk: string; prefix: string } {
  return { pk: `STOCK#${item}`, prefix: stockChangePrefix };
}

/** What one order takes of the stock. Orders of two users may have the same id. */
export function stockLineKey(line: { item: string; userId: string; reservationId: string }): Key {
  return { pk: `STOCK#${line.item}`, sk: `${stockLinePrefix}${line.reservationId}#${line.userId}` };
}

/** A code that can be redeemed, under its hash: the code itself is kept nowhere. */
export function codeKey(hash: string): Key {
  return { pk: `CODE#${hash}`, sk: 'CODE' };
}

export const codeBatchPrefix = 'BATCH#';

/** Codes that were made together. All batches are in one partition: there are few, and they are listed. */
export function codeBatchKey(batchId: string): Key {
  return { pk: 'CODES#batches', sk: `${codeBatchPrefix}${batchId}` };
}

export function codeBatches(): { pk: string; prefix: string } {
  return { pk: 'CODES#batches', prefix: codeBatchPrefix };
}

/** How many codes a user tried in vain. */
export function codeFailuresKey(userId: string): Key {
  return { pk: `GUESSES#${userId}`, sk: 'GUESSES' };
}
