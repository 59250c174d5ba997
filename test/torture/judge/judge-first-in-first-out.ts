import type { WalletEntry } from '../../../shared/store/items/wallet-entry.ts';
import { subjects } from '../history.ts';
import type { World } from '../world.ts';
import type { Snapshot } from './snapshot.ts';
import { certainMilliseconds, spendingsIn } from './spendings.ts';

/**
 * Bought coins are spent first in, first out. So no more coins of a purchase can be taken or frozen unspent than came in
 * with it and before it, less all that was spent until then for good; and no more can be owed as spent than was spent beyond all
 * that earlier purchases had brought. Both are bounds, since clocks differ a little.
 */
export function judgeFirstInFirstOut(world: World, { walletEntries }: Snapshot): void {
  for (const [userId, entries] of Map.groupBy(walletEntries, (entry) => entry.userId))
    judgeWallet(world, userId, entries);
}

function judgeWallet({ history }: World, userId: string, entries: WalletEntry[]): void {
  const bought = new Map(entries.flatMap((entry) => (entry.flow === 'recharge' ? [[entry.entryId, entry]] : [])));
  const spendings = spendingsIn(entries);
  const spentUntil = (last: number) =>
    spendings.reduce((sum, { at, paidCoins }) => (at <= last ? sum + paidCoins : sum), 0);
  const keptUntil = (last: number) =>
    spendings.reduce((sum, { at, paidCoins, backCoins }) => (at <= last ? sum + paidCoins - backCoins : sum), 0);
  const arrivedUntil = (last: number, share: (entry: WalletEntry) => number) =>
    sumOf(entries, (entry) => {
      const purchase = bought.get(purchaseOf(entry) ?? '');
      return purchase && timeOf(purchase) <= last ? share(entry) : 0;
    });
  for (const entry of entries) {
    const purchase = bought.get(purchaseOf(entry) ?? '');
    if (!purchase || (entry.flow !== 'take_back' && entry.flow !== 'freeze')) continue;
    const [at, boughtAt] = [timeOf(entry), timeOf(purchase)];
    const unspent = entry.amounts.paidCoins ?? 0;
    const most = arrivedUntil(boughtAt + certainMilliseconds, broughtIn) - keptUntil(at - certainMilliseconds);
    if (unspent > Math.max(0, most))
      history.violate(
        subjects.wallet(userId),
        `has ${unspent} unspent coins of the recharge ${entry.rechargeId} taken or frozen, and at most ${most} were left`,
      );
    const owed = entry.flow === 'take_back' ? (entry.amounts.owedCoins ?? 0) : 0;
    const before = arrivedUntil(boughtAt - certainMilliseconds, stayed);
    const mostSpent = Math.max(0, spentUntil(at + certainMilliseconds) - before) + purchase.amounts.repaidCoins;
    if (owed > mostSpent)
      history.violate(
        subjects.wallet(userId),
        `owes ${owed} coins of the recharge ${entry.rechargeId} as spent, and at most ${mostSpent} were`,
      );
  }
}

/** The bought coins that an entry brought into the wallet, those that came back to it included. */
function broughtIn(entry: WalletEntry): number {
  const isArrival = entry.flow === 'recharge' || entry.flow === 'thaw' || entry.flow === 'give_back';
  return isArrival ? (entry.amounts.paidCoins ?? 0) : 0;
}

/** What a purchase brought, without all that was ever taken out of it again: as much at least could be spent. */
function stayed(entry: WalletEntry): number {
  if (entry.flow === 'recharge') return entry.amounts.paidCoins;
  return entry.flow === 'freeze' || entry.flow === 'take_back' ? -(entry.amounts.paidCoins ?? 0) : 0;
}

function purchaseOf(entry: WalletEntry): string | undefined {
  if (entry.flow === 'recharge') return entry.entryId;
  return 'rechargeId' in entry ? entry.rechargeId : undefined;
}

function sumOf(entries: WalletEntry[], coins: (entry: WalletEntry) => number): number {
  return entries.reduce((sum, entry) => sum + coins(entry), 0);
}

function timeOf({ at }: { at: string }): number {
  return Date.parse(at);
}
