import { newId } from '../identifiers.ts';
import type { GiftStep, ReversalStep } from '../store/items/reversal.ts';
import { type GiftEntry, parseWalletEntry } from '../store/items/wallet-entry.ts';
import { walletEntryKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import type { Write } from '../store/write.ts';
import { diamondsOf } from './decide-reversal.ts';
import { readShards } from './read-shards.ts';
import { giveDiamondsBack } from './reversal-writes.ts';
import { moveReversed, readReversed } from './reversed-gifts.ts';

type Undo<Step> = { userId: string; step: Step; coins: number; now: Date };

/** What is left of a step, and the writes that give the rest back. */
type Undone = { kept: Partial<GiftStep>; writes: Write<'changed'>[] };

/** Gives back what a step took of a gift, or of so many of its coins: the creator's diamonds, and the count of what is reversed. */
export async function undoGift(
  { ledger, maturityDays }: { ledger: Table; maturityDays: number },
  { userId, step, coins, now }: Undo<GiftStep>,
): Promise<Undone> {
  const { rechargeId, giftId } = step;
  const gift = await readGift(ledger, userId, giftId);
  const { paidCoins } = gift.amounts;
  const [shards, reversed] = await Promise.all([
    readShards(ledger, step.creatorId),
    readReversed(ledger, { userId, giftId, paidCoins }),
  ]);
  const kept = shareOfStep(step, gift, step.coins - coins);
  const milliDiamonds = step.milliDiamonds - kept.milliDiamonds;
  const owedMilliDiamonds = step.owedMilliDiamonds - kept.owedMilliDiamonds;
  const entryId = newId(now);
  return {
    kept,
    writes: [
      moveReversed(
        reversed,
        { rechargeId, entryId },
        { coins: -coins, milliDiamonds: -milliDiamonds - owedMilliDiamonds },
      ),
      ...giveDiamondsBack({
        ...{ entryId, rechargeId, gift, coins, milliDiamonds, owedMilliDiamonds },
        ...{ shards, maturityDays, now },
      }),
    ],
  };
}

/** The same where no creator had anything of the coins. */
export async function undoOther(ledger: Table, { userId, step, coins }: Undo<ReversalStep>): Promise<Undone> {
  const { rechargeId, giftId } = step;
  const reversed = await readReversed(ledger, { userId, giftId, paidCoins: step.coins });
  return { kept: {}, writes: [moveReversed(reversed, { rechargeId }, { coins: -coins, milliDiamonds: 0 })] };
}

/** What a step would have taken for fewer coins: what is owed goes last, and is given up first. */
function shareOfStep(step: GiftStep, gift: GiftEntry, coins: number) {
  const taken = step.milliDiamonds + step.owedMilliDiamonds;
  const wanted = Math.min(taken, diamondsOf(gift, step.fromCoins, coins));
  const milliDiamonds = Math.min(step.milliDiamonds, wanted);
  return { milliDiamonds, owedMilliDiamonds: wanted - milliDiamonds };
}

async function readGift(ledger: Table, userId: string, giftId: string): Promise<GiftEntry> {
  const item = await readItem(ledger, walletEntryKey({ userId, flow: 'gift', entryId: giftId }));
  const entry = item && parseWalletEntry(item);
  if (entry?.flow !== 'gift') throw new Error(`The gift ${giftId} of ${userId} has no entry.`);
  return entry;
}
