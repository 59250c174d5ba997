import { dayOf, weekOf } from '../calendar.ts';
import { timeOfId } from '../identifiers.ts';
import type { Board } from '../store/board-keys.ts';
import { type GiftEntry, parseWalletEntry } from '../store/items/wallet-entry.ts';
import { walletEntryKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import type { BucketSource } from './score-message.ts';

/** What one source adds to one board. */
export type Tally = { board: Board; sourceId: string; scores: { senderId: string; coins: number }[] };

/** The boards that a source counts for, and what it adds there: the same at each look, because entries never change. */
export async function tallySource(ledger: Table, { creatorId, bucket, source }: BucketSource): Promise<Tally[]> {
  const sourceId = `${source.entryId}#${bucket}`;
  if ('given' in source) {
    const week = weekOf(source.at.slice(0, 10));
    const byLive = Map.groupBy(source.given, ({ liveId }) => liveId);
    return [
      { board: { type: 'week', creatorId, week }, sourceId, scores: addUp(source.given) },
      ...[...byLive].flatMap(([liveId, given]): Tally[] =>
        liveId === undefined ? [] : [{ board: { type: 'live', liveId }, sourceId, scores: addUp(given) }],
      ),
    ];
  }
  const { senderId, giftId, coins } = source.reversed;
  const item = await readItem(ledger, walletEntryKey({ userId: senderId, flow: 'gift', entryId: giftId }));
  const gift = item && parseWalletEntry(item);
  if (gift?.flow !== 'gift') throw new Error(`The gift ${giftId}, which was reversed, has no entry.`);
  return boardsOfGift(gift).map((board) => ({ board, sourceId, scores: [{ senderId, coins }] }));
}

/** The boards that a gift counts for. It is of the week of its credit, whose id says when that was. */
export function boardsOfGift({
  creatorId,
  creditId,
  context,
}: Pick<GiftEntry, 'creatorId' | 'creditId' | 'context'>): Board[] {
  const week: Board = { type: 'week', creatorId, week: weekOf(dayOf(new Date(timeOfId(creditId)))) };
  return context.type === 'live' ? [week, { type: 'live', liveId: context.id }] : [week];
}

function addUp(given: { senderId: string; coins: number }[]): Tally['scores'] {
  const sums = new Map<string, number>();
  for (const { senderId, coins } of given) sums.set(senderId, (sums.get(senderId) ?? 0) + coins);
  return [...sums].map(([senderId, coins]) => ({ senderId, coins }));
}
