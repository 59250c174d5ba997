import type { Reversal } from '../store/items/reversal.ts';
import { parseWallet } from '../store/items/wallet.ts';
import { type GiftEntry, parseWalletEntry } from '../store/items/wallet-entry.ts';
import { entryKeyPrefix, walletEntryKey, walletKey } from '../store/keys.ts';
import { queryAll, readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { findCredited } from './prune-outbox.ts';

/** Whether all gifts that were sent before the coins went back are credited, so that the statement is complete up to there. */
export async function areGiftsSettled(ledger: Table, { userId, asOf }: Reversal): Promise<boolean> {
  const item = await readItem(ledger, walletKey(userId));
  if (!item) throw new Error(`The wallet ${userId} is gone.`);
  const wallet = parseWallet(item);
  const sentBefore = Object.entries(wallet.outbox).filter(([, { sentAt }]) => sentAt <= Date.parse(asOf));
  if (sentBefore.length === 0) return true;
  const credited = new Set((await findCredited(ledger, [wallet])).of(wallet));
  return sentBefore.every(([giftId]) => credited.has(giftId));
}

/** The gifts that were sent until then, the latest first, from the one at which a reversal stands. */
export async function* giftsBefore(ledger: Table, { userId, asOf, cursor }: Reversal): AsyncGenerator<GiftEntry> {
  const { pk } = walletKey(userId);
  const upTo = cursor ? walletEntryKey({ userId, flow: 'gift', entryId: cursor.giftId }).sk : `${entryKeyPrefix}~`;
  const lines = queryAll(ledger, {
    KeyConditionExpression: 'pk = :wallet AND sk BETWEEN :first AND :upTo',
    FilterExpression: '#flow = :gift AND #at <= :asOf',
    ExpressionAttributeNames: { '#flow': 'flow', '#at': 'at' },
    ExpressionAttributeValues: {
      ':wallet': pk,
      ':first': entryKeyPrefix,
      ':upTo': upTo,
      ':gift': 'gift',
      ':asOf': asOf,
    },
    ScanIndexForward: false,
    ConsistentRead: true,
  });
  for await (const line of lines) {
    const entry = parseWalletEntry(line);
    if (entry.flow === 'gift') yield entry;
  }
}
