import { closureSortKey } from '../store/account-keys.ts';
import { campaignBudgetSortKey, campaignKeyPrefix } from '../store/campaign-keys.ts';
import { parseClosure } from '../store/items/account.ts';
import { parseCreatorEntry } from '../store/items/creator.ts';
import { parseReachedLevel } from '../store/items/level.ts';
import { parsePayout } from '../store/items/payout.ts';
import { parsePayoutRun } from '../store/items/payout-run.ts';
import { parseWalletEntry } from '../store/items/wallet-entry.ts';
import { creatorKeyPrefix, entryKeyPrefix, headKey, type Key, walletKeyPrefix } from '../store/keys.ts';
import { levelPrefix } from '../store/level-keys.ts';
import type { Item } from '../store/table.ts';
import { type Event, eventOf, subjects } from './event.ts';
import { type Budgets, eventsOfBudgets, eventsOfCampaign } from './events-of-budgets.ts';
import { eventsOfCreatorEntry, eventsOfPayout, eventsOfPayoutRun } from './events-of-creator.ts';
import { eventsOfLevel } from './events-of-level.ts';
import { eventsOfWallet, eventsOfWalletEntry } from './events-of-wallet.ts';

/** One committed change of an item of the ledger, and when it was committed. */
export type Change = { key: Key; image: Item; imageBefore: Item | undefined; at: Date };

/** The events that a committed change stands for, under the budgets that held then; of most changes there are none. */
export function eventsOfChange(change: Change, budgets: Budgets): Event[] {
  const { key, image, imageBefore } = change;
  const { pk, sk } = key;
  const stateBefore = imageBefore === undefined ? undefined : String(imageBefore.state);
  const isWallets = pk.startsWith(walletKeyPrefix);
  if (isWallets && sk === headKey)
    return [...eventsOfWallet(image, imageBefore ?? {}), ...eventsOfBudgets(change, budgets)];
  if (sk.startsWith(entryKeyPrefix)) {
    // Entries are never changed: a second record of one says that somebody did so by hand, and is no news.
    if (imageBefore !== undefined) return [];
    if (isWallets) return eventsOfWalletEntry(parseWalletEntry(image));
    if (pk.startsWith(creatorKeyPrefix)) return eventsOfCreatorEntry(parseCreatorEntry(image));
  }
  if (sk.startsWith(levelPrefix)) return imageBefore === undefined ? eventsOfLevel(parseReachedLevel(image)) : [];
  if (sk === 'PAYOUT') return eventsOfPayout(parsePayout(image), stateBefore);
  if (isWallets && sk === closureSortKey) return eventsOfClosure(image, stateBefore);
  if (pk.startsWith(campaignKeyPrefix) && sk === campaignBudgetSortKey) return eventsOfCampaign(change, budgets);
  if (sk === 'RUN') return eventsOfPayoutRun(parsePayoutRun(image), stateBefore);
  return [];
}

/** An account that is closed stays so: coins that come back to it later are given up without news. */
export function eventsOfClosure(image: Item, stateBefore: string | undefined): Event[] {
  const { userId, state, closedAt } = parseClosure(image);
  if (state !== 'closed' || stateBefore === 'closed' || closedAt === undefined) return [];
  return [
    eventOf('account.closed', { key: userId, subject: subjects.wallet(userId), time: closedAt, data: { userId } }),
  ];
}
