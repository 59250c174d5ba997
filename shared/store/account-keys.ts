import { type Key, walletKeyPrefix } from './keys.ts';

export const orderLinePrefix = 'ORDER#';
export const ownedCreatorPrefix = 'CREATOR#';

/** One order of a user, paid or not, by its id, which sorts by time. */
export function orderLineKey(order: { userId: string; rechargeId: string }): Key {
  return { pk: `${walletKeyPrefix}${order.userId}`, sk: `${orderLinePrefix}${order.rechargeId}` };
}

/** A creator that belongs to a user. */
export function ownedCreatorKey(owned: { userId: string; creatorId: string }): Key {
  return { pk: `${walletKeyPrefix}${owned.userId}`, sk: `${ownedCreatorPrefix}${owned.creatorId}` };
}

export const closureSortKey = 'CLOSURE';

/** How far the closing of a user's account is. */
export function closureKey(userId: string): Key {
  return { pk: `${walletKeyPrefix}${userId}`, sk: closureSortKey };
}

/** That a user was erased, or is being erased. */
export function erasureKey(userId: string): Key {
  return { pk: `${walletKeyPrefix}${userId}`, sk: 'ERASURE' };
}
