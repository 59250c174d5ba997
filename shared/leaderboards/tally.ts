import { dayOf, weekOf } from '../calendar.ts';
import { timeOfId } from '../identifiers.ts';
import type { Board, RankedBoard } from '../store/board-keys.ts';
import { type GiftEntry, parseWalletEntry } from '../store/items/wallet-entry.ts';
import { walletEntryKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import type { BucketSource } from './score-message.ts';

/** What one source adds to one board: coins, and milli-diamonds to the lifetime of a creator. */
export type Tally = { board: Board; sourceId: string; scores: { holder: string; amount: number }[] };

/** The boards that a source counts for, and what it adds there: the same at each look, because entries never change. */
export async function tallySource(ledger: Table, counted: BucketSource): Promise<Tally[]> {
  const { creatorId, source } = counted;
  const sourceId = `${source.entryId}#${counted.bucket}`;
  if ('given' in source) {
    const week = weekOf(source.at.slice(0, 10));
    const scores = addUp(source.given);
    const byLive = Map.groupBy(source.given, ({ liveId }) => liveId);
    return [
      { board: { type: 'week', creatorId, week }, sourceId, scores },
      ...[...byLive].flatMap(([liveId, given]): Tally[] =>
        liveId === undefined ? [] : [{ board: { type: 'live', liveId }, sourceId, scores: addUp(given) }],
      ),
      ...lifetimes(counted, scores, source.milliDiamonds),
    ];
  }
  const { senderId, giftId, coins, milliDiamonds } = source.reversed;
  const item = await readItem(ledger, walletEntryKey({ userId: senderId, flow: 'gift', entryId: giftId }));
  const gift = item && parseWalletEntry(item);
  if (gift?.flow !== 'gift') throw new Error(`The gift ${giftId}, which was reversed, has no entry.`);
  const scores = [{ holder: senderId, amount: coins }];
  return [
    ...boardsOfGift(gift).map((board) => ({ board, sourceId, scores })),
    ...lifetimes(counted, scores, milliDiamonds),
  ];
}

/** The boards that a gift counts for. It is of the week of its credit, whose id says when that was. */
export function boardsOfGift({
  creatorId,
  creditId,
  context,
}: Pick<GiftEntry, 'creatorId' | 'creditId' | 'context'>): RankedBoard[] {
  const week: RankedBoard = { type: 'week', creatorId, week: weekOf(dayOf(new Date(timeOfId(creditId)))) };
  return context.type === 'live' ? [week, { type: 'live', liveId: context.id }] : [week];
}

/** What the senders have given in all; and what the creator has earned, with a part for each bucket of senders. */
function lifetimes({ creatorId, bucket, source }: BucketSource, scores: Tally['scores'], milliDiamonds = 0): Tally[] {
  const sourceId = `${source.entryId}#${bucket}`;
  const earned = { holder: String(bucket), amount: milliDiamonds };
  return [
    { board: { type: 'gifters' }, sourceId, scores },
    ...(milliDiamonds === 0
      ? []
      : [{ board: { type: 'lifetime', ladder: 'creators', id: creatorId } as const, sourceId, scores: [earned] }]),
  ];
}

function addUp(given: { senderId: string; coins: number }[]): Tally['scores'] {
  const sums = new Map<string, number>();
  for (const { senderId, coins } of given) sums.set(senderId, (sums.get(senderId) ?? 0) + coins);
  return [...sums].map(([holder, amount]) => ({ holder, amount }));
}
