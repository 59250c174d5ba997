import { placeOf, type SpendingLine, spendingLines } from '../recharges/spending-lines.ts';
import type { Reversal } from '../store/items/reversal.ts';
import { parseWallet } from '../store/items/wallet.ts';
import { walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
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

/** What was spent until then, the latest first, from the line at which a reversal stands. */
export function spentBefore(
  ledger: Table,
  { userId, asOf: at, asOfVersion: walletVersion, cursor }: Reversal,
): AsyncGenerator<SpendingLine> {
  return spendingLines(ledger, {
    userId,
    asOf: { at, walletVersion },
    ...(cursor && { from: placeOf(cursor.giftId) }),
  });
}
