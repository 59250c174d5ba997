import { findReservation } from '../shop/find-reservation.ts';
import {
  type ForfeitEntry,
  type GiftEntry,
  type PurchaseEntry,
  parseWalletEntry,
  type ReserveEntry,
} from '../store/items/wallet-entry.ts';
import { entryKeyPrefix, walletEntryKey, walletKey } from '../store/keys.ts';
import { queryAll } from '../store/read.ts';
import type { Table } from '../store/table.ts';

/** A line of a statement by which coins were spent, set aside or given up, and how many bought coins it took for good. */
export type SpendingLine = { entry: GiftEntry | PurchaseEntry | ReserveEntry | ForfeitEntry; paidCoins: number };

/** The flows by which bought coins leave a wallet for what its user wants. */
type SpendingFlow = SpendingLine['entry']['flow'];

type Place = { entryId: string; flow: SpendingFlow };

/** The name of a line: ids are the app's, and may be the same for a gift and for something else. */
export function nameOf({ entryId, flow }: Place): string {
  return flow === 'gift' ? entryId : `${entryId}#${flow}`;
}

/** The line of a name. */
export function placeOf(name: string): Place {
  const [entryId = '', flow = 'gift'] = name.split('#');
  return { entryId, flow: flow as SpendingFlow };
}

type Wanted = {
  userId: string;
  /** Where to begin, going back; at the latest line when absent. */
  from?: Place;
  /** Only lines until then, and as things stood at that version of the wallet; as they stand now when absent. */
  asOf?: { at: string; walletVersion: number | undefined };
};

/**
 * What a user spent, the latest first; gifts that still wait in the outbox are not among it. Of coins that were set aside,
 * those count that did not come back: a promotion that was canceled has spent less than its budget, and goods that nobody
 * confirmed nothing.
 */
export async function* spendingLines(ledger: Table, { userId, from, asOf }: Wanted): AsyncGenerator<SpendingLine> {
  const upTo = from ? walletEntryKey({ userId, ...from }).sk : `${entryKeyPrefix}~`;
  const lines = queryAll(ledger, {
    KeyConditionExpression: 'pk = :wallet AND sk BETWEEN :first AND :upTo',
    FilterExpression: `#flow IN (:gift, :purchase, :reserve, :forfeit)${asOf === undefined ? '' : ' AND #at <= :asOf'}`,
    ExpressionAttributeNames: { '#flow': 'flow', ...(asOf !== undefined && { '#at': 'at' }) },
    ExpressionAttributeValues: {
      ':wallet': walletKey(userId).pk,
      ':first': entryKeyPrefix,
      ':upTo': upTo,
      ':gift': 'gift',
      ':purchase': 'purchase',
      ':reserve': 'reserve',
      ':forfeit': 'forfeit',
      ...(asOf !== undefined && { ':asOf': asOf.at }),
    },
    ScanIndexForward: false,
    ConsistentRead: true,
  });
  for await (const line of lines) {
    const entry = parseWalletEntry(line);
    if (entry.flow === 'gift' || entry.flow === 'purchase' || entry.flow === 'forfeit')
      yield { entry, paidCoins: entry.amounts.paidCoins };
    if (entry.flow === 'reserve') yield { entry, paidCoins: await keptOf(ledger, entry, asOf) };
  }
}

/**
 * Coins that came back by repaying a debt did not come back into the wallet. Whether they were back tells the wallet's version:
 * a sweep may write an earlier time than that of a refund which came between. Reversals from before it was kept have none.
 */
async function keptOf(
  ledger: Table,
  { userId, entryId, amounts }: ReserveEntry,
  asOf: Wanted['asOf'],
): Promise<number> {
  const reservation = await findReservation(ledger, { userId, reservationId: entryId });
  if (!reservation) throw new Error(`The coins that ${entryId} of ${userId} set aside have no reservation.`);
  const { released } = reservation;
  if (!released) return amounts.paidCoins;
  const { at, walletVersion, paidCoins } = released;
  const isBack =
    asOf === undefined || (asOf.walletVersion === undefined ? at <= asOf.at : walletVersion <= asOf.walletVersion);
  return amounts.paidCoins - (isBack ? paidCoins : 0);
}
