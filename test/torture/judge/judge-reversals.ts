import type { CreatorEntry } from '../../../shared/store/items/creator.ts';
import { subjects } from '../history.ts';
import type { World } from '../world.ts';
import type { Snapshot } from './snapshot.ts';

type ReversalEntry = Extract<CreatorEntry, { flow: 'reversal' | 'reversal_undone' }>;

/** No coin is reversed twice: not of a recharge, and not of a gift. */
export function judgeReversals({ history }: World, { reversals, creatorEntries, walletEntries }: Snapshot): void {
  const entries = creatorEntries.filter(isReversal);
  for (const { rechargeId, reversedCoins } of reversals) {
    const coins = netOf(entries.filter((entry) => entry.rechargeId === rechargeId));
    if (coins > reversedCoins)
      history.violate(subjects.recharge(rechargeId), `has reversed ${reversedCoins} coins, and creators lost ${coins}`);
  }
  const gifts = new Map(walletEntries.flatMap((entry) => (entry.flow === 'gift' ? [[keyOf(entry), entry]] : [])));
  const byGift = Map.groupBy(entries, ({ senderId, giftId }) => keyOf({ userId: senderId, entryId: giftId }));
  for (const [gift, ofGift] of byGift) {
    const paidCoins = gifts.get(gift)?.amounts.paidCoins ?? 0;
    const coins = netOf(ofGift);
    if (coins > paidCoins) history.violate(gift, `was paid with ${paidCoins} coins, of which ${coins} are reversed`);
  }
}

function isReversal(entry: CreatorEntry): entry is ReversalEntry {
  return entry.flow === 'reversal' || entry.flow === 'reversal_undone';
}

function netOf(entries: ReversalEntry[]): number {
  return entries.reduce((sum, { flow, coins }) => sum + (flow === 'reversal' ? coins : -coins), 0);
}

function keyOf({ userId, entryId }: { userId: string; entryId: string }): string {
  return subjects.gift(userId, entryId);
}
