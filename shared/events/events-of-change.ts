import { parseCreatorEntry } from '../store/items/creator.ts';
import { parseReachedLevel } from '../store/items/level.ts';
import { parsePayout } from '../store/items/payout.ts';
import { parsePayoutRun } from '../store/items/payout-run.ts';
import { parseWalletEntry } from '../store/items/wallet-entry.ts';
import { creatorKeyPrefix, entryKeyPrefix, headKey, type Key, walletKeyPrefix } from '../store/keys.ts';
import { levelPrefix } from '../store/level-keys.ts';
import type { Item } from '../store/table.ts';
import type { Event } from './event.ts';
import { eventsOfCreatorEntry, eventsOfPayout, eventsOfPayoutRun } from './events-of-creator.ts';
import { eventsOfLevel } from './events-of-level.ts';
import { eventsOfWallet, eventsOfWalletEntry } from './events-of-wallet.ts';

/** One committed change of an item of the ledger. */
export type Change = { key: Key; image: Item; imageBefore: Item | undefined };

/** The events that a committed change stands for; of most changes there are none. */
export function eventsOfChange({ key: { pk, sk }, image, imageBefore }: Change): Event[] {
  const stateBefore = imageBefore === undefined ? undefined : String(imageBefore.state);
  const isWallets = pk.startsWith(walletKeyPrefix);
  if (isWallets && sk === headKey) return eventsOfWallet(image, imageBefore ?? {});
  if (sk.startsWith(entryKeyPrefix)) {
    // Entries are never changed: a second record of one says that somebody did so by hand, and is no news.
    if (imageBefore !== undefined) return [];
    if (isWallets) return eventsOfWalletEntry(parseWalletEntry(image));
    if (pk.startsWith(creatorKeyPrefix)) return eventsOfCreatorEntry(parseCreatorEntry(image));
  }
  if (sk.startsWith(levelPrefix)) return imageBefore === undefined ? eventsOfLevel(parseReachedLevel(image)) : [];
  if (sk === 'PAYOUT') return eventsOfPayout(parsePayout(image), stateBefore);
  if (sk === 'RUN') return eventsOfPayoutRun(parsePayoutRun(image), stateBefore);
  return [];
}
