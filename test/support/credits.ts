import { newId } from '../../shared/identifiers.ts';
import { type CreditEntry, maturingPrefix } from '../../shared/store/items/creator.ts';
import type { GiftEntry } from '../../shared/store/items/wallet-entry.ts';
import { creatorEntryKey, creatorShardKey, walletEntryKey, walletKey } from '../../shared/store/keys.ts';
import type { Table } from '../../shared/store/table.ts';
import { transact } from '../../shared/store/write.ts';

export type Credit = {
  /** Two for a diamond. */
  coins: number;
  creatorId: string;
  shard: number;
  /** Keeps the diamonds under their day instead of making them available. */
  maturesOn?: string;
};

/** What a gift of Ana's and its credit come to, in the shard of choice; all of it is in the books. */
export async function creditDiamonds(ledger: Table, of: Credit, now: Date): Promise<void> {
  const { coins, creatorId, shard, maturesOn } = of;
  const [giftId, creditId, milliDiamonds] = [newId(now), newId(now), coins * 500];
  const written = await transact(ledger, [
    { update: addTo({ creatorId, shard }, milliDiamonds, maturesOn), failure: () => 'failed' },
    { put: { Item: creditItem({ creatorId, shard, creditId, giftId, coins }, now) }, failure: () => 'failed' },
    { put: { Item: giftItem({ creatorId, shard, creditId, giftId, coins }, now) }, failure: () => 'failed' },
    { update: { Key: walletKey('ana'), ...subtract('paid', coins) }, failure: () => 'failed' },
  ]);
  if (!written.committed) throw new Error('The credit failed.');
}

function subtract(name: string, amount: number) {
  return {
    UpdateExpression: 'SET #name = #name - :amount',
    ExpressionAttributeNames: { '#name': name },
    ExpressionAttributeValues: { ':amount': amount },
  };
}

function addTo(shard: { creatorId: string; shard: number }, milliDiamonds: number, maturesOn: string | undefined) {
  return {
    Key: creatorShardKey(shard),
    UpdateExpression: 'SET creatorId = :creator, #shard = :shard ADD lifetime :amount, #balance :amount',
    ExpressionAttributeNames: {
      '#shard': 'shard',
      '#balance': maturesOn === undefined ? 'available' : maturingPrefix + maturesOn,
    },
    ExpressionAttributeValues: { ':creator': shard.creatorId, ':shard': shard.shard, ':amount': milliDiamonds },
  };
}

type Ids = { creatorId: string; shard: number; creditId: string; giftId: string; coins: number };

function creditItem({ creatorId, shard, creditId, giftId, coins }: Ids, now: Date) {
  const gift = { giftId, senderId: 'ana', gift: 'tip', quantity: 1, coins, milliDiamonds: coins * 500 };
  const entry: CreditEntry = {
    entryId: creditId,
    creatorId,
    shard,
    at: now.toISOString(),
    flow: 'credit',
    amounts: { milliDiamonds: coins * 500 },
    gifts: [gift],
  };
  return { ...creatorEntryKey(entry), ...entry };
}

function giftItem({ creatorId, shard, creditId, giftId, coins }: Ids, now: Date) {
  const entry: GiftEntry = {
    entryId: giftId,
    userId: 'ana',
    at: now.toISOString(),
    flow: 'gift',
    amounts: { paidCoins: coins, promoCoins: 0 },
    creatorId,
    gift: 'tip',
    quantity: 1,
    unitPrice: coins,
    context: { type: 'live', id: 'live-1' },
    milliDiamonds: coins * 500,
    creditId,
    shard,
  };
  return { ...walletEntryKey({ userId: 'ana', flow: 'gift', entryId: giftId }), ...entry };
}
