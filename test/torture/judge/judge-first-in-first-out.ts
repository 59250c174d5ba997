import type { WalletEntry } from '../../../shared/store/items/wallet-entry.ts';
import { subjects } from '../history.ts';
import type { World } from '../world.ts';
import type { Snapshot } from './snapshot.ts';

/** Clocks differ: what is so much earlier by its time was certainly before. */
const certainMilliseconds = 4_000;

type Coins = { at: number; coins: number };

/**
 * Bought coins are spent first in, first out, so no more coins of a purchase can be taken or frozen unspent than came in
 * with it and before it, less all that was spent until then. An upper bound, since clocks differ a little.
 */
export function judgeFirstInFirstOut(world: World, { walletEntries }: Snapshot): void {
  for (const [userId, entries] of Map.groupBy(walletEntries, (entry) => entry.userId))
    judgeWallet(world, userId, entries);
}

function judgeWallet({ history }: World, userId: string, entries: WalletEntry[]): void {
  const boughtAt = new Map(
    entries.flatMap((entry) => (entry.flow === 'recharge' ? [[entry.entryId, timeOf(entry)] as const] : [])),
  );
  const spent = entries.flatMap((entry) =>
    entry.flow === 'gift' ? [{ at: timeOf(entry), coins: entry.amounts.paidCoins }] : [],
  );
  for (const entry of entries) {
    if (entry.flow !== 'take_back' && entry.flow !== 'freeze') continue;
    const coins = entry.amounts.paidCoins ?? 0;
    const at = timeOf(entry);
    const arrived = broughtIn(entries, boughtAt, (boughtAt.get(entry.rechargeId) ?? 0) + certainMilliseconds);
    const most = Math.max(0, arrived - until(spent, at - certainMilliseconds));
    if (coins > most)
      history.violate(
        subjects.wallet(userId),
        `has ${coins} unspent coins of the recharge ${entry.rechargeId} taken or frozen, and at most ${most} were left`,
      );
  }
}

/** All coins that purchases until then ever brought into the wallet, those that came back to it included. */
function broughtIn(entries: WalletEntry[], boughtAt: ReadonlyMap<string, number>, last: number): number {
  return entries.reduce((sum, entry) => {
    const isPart = entry.flow === 'recharge' || entry.flow === 'thaw' || entry.flow === 'give_back';
    if (!isPart) return sum;
    const purchase = entry.flow === 'recharge' ? entry.entryId : entry.rechargeId;
    return (boughtAt.get(purchase) ?? 0) <= last ? sum + (entry.amounts.paidCoins ?? 0) : sum;
  }, 0);
}

function until(spent: Coins[], last: number): number {
  return spent.reduce((sum, { at, coins }) => (at <= last ? sum + coins : sum), 0);
}

function timeOf({ at }: { at: string }): number {
  return Date.parse(at);
}
