import { type Key, walletKeyPrefix } from './keys.ts';

/** How a user wants to appear in lists. */
export function visibilityKey(userId: string): Key {
  return { pk: `${walletKeyPrefix}${userId}`, sk: 'VISIBILITY' };
}
