import { creditGifts } from '../../shared/earnings/credit-gifts.ts';
import type { RelayedGift } from '../../shared/earnings/messages.ts';
import { readShards } from '../../shared/earnings/read-shards.ts';
import { giveDiamondsBack, takeDiamonds } from '../../shared/earnings/reversal-writes.ts';
import { newId } from '../../shared/identifiers.ts';
import type { GiftEntry } from '../../shared/store/items/wallet-entry.ts';
import type { Table } from '../../shared/store/table.ts';
import { transact } from '../../shared/store/write.ts';

const maturityDays = 3;

export function giftOf(change: Partial<RelayedGift> & { sentAt: number }): RelayedGift {
  return {
    giftId: newId(new Date(change.sentAt)),
    senderId: 'ana',
    gift: 'rose',
    quantity: 1,
    unitPrice: 1,
    context: { type: 'live', id: 'live-1' },
    milliDiamonds: 500,
    ...change,
  };
}

/** Credits gifts of a creator in the shard of choice, and gives them as their senders' statements have them. */
export async function creditAt(
  ledger: Table,
  { creatorId, gifts, shard = 0, now }: { creatorId: string; gifts: RelayedGift[]; shard?: number; now: Date },
): Promise<GiftEntry[]> {
  // Small groups go to shard 0 whatever the random source says, save when a first attempt met a conflict.
  const random = () => shard / 64;
  const many = shard === 0 ? gifts : [...gifts, ...padding(30 - gifts.length, now)];
  await creditGifts({ ledger, maturityDays, random }, { version: 1, creatorId, gifts: many }, now);
  return many.map((gift) => ({
    entryId: gift.giftId,
    userId: gift.senderId,
    at: new Date(gift.sentAt).toISOString(),
    flow: 'gift',
    amounts: { paidCoins: gift.unitPrice * gift.quantity, promoCoins: 0 },
    creatorId,
    gift: gift.gift,
    quantity: gift.quantity,
    unitPrice: gift.unitPrice,
    context: gift.context,
    milliDiamonds: gift.milliDiamonds,
    creditId: '',
    shard,
  }));
}

/** From thirty gifts on, a credit takes any shard. */
function padding(count: number, now: Date): RelayedGift[] {
  return Array.from({ length: Math.max(0, count) }, () => giftOf({ sentAt: now.getTime(), senderId: 'bob' }));
}

/** Takes a gift's diamonds back, or gives them back, as a reversal does. */
export async function reverseAt(
  ledger: Table,
  { gift, undo, now }: { gift: GiftEntry; undo: boolean; now: Date },
): Promise<void> {
  const shards = await readShards(ledger, gift.creatorId);
  const wanted = {
    entryId: newId(now),
    rechargeId: newId(now),
    gift,
    coins: gift.unitPrice * gift.quantity,
    shards,
    maturityDays,
    now,
  };
  const { milliDiamonds } = gift;
  const writes = undo
    ? giveDiamondsBack({ ...wanted, milliDiamonds: milliDiamonds - 200, owedMilliDiamonds: 200 })
    : takeDiamonds({ ...wanted, milliDiamonds, policy: 'debt' }).writes;
  if (writes.length === 0) return;
  const written = await transact(ledger, writes);
  if (!written.committed) throw new Error('The reversal failed.');
}
