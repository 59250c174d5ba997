import { addDays, daysAfter } from '../calendar.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { countedKey, type Generation, type RankedBoard, scoreKey } from '../store/board-keys.ts';
import type { Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import type { Tally } from './tally.ts';

export type ScoreStores = { ledger: Table; boards: Table };

export type CountStores = ScoreStores & { catalog: Catalog };

/** How long it is known that a source was counted. */
export const markDays = 60;

/** How long boards are kept: lives after their last gift, weeks after their Monday. */
const liveDays = 90;
const weekDays = 400;

/** A transaction has at most 100 items. A source has at most 90 senders, and its mark. */
const itemsPerTransaction = 100;

/** Counts those of the tallies of a board that are not counted yet. */
export async function countInto(
  boards: Table,
  target: Generation,
  { tallies, now }: { tallies: Tally[]; now: Date },
): Promise<void> {
  for (const batch of batchesOf(uniqueOf(tallies))) {
    let open = batch;
    while (open.length > 0) {
      const written = await transact<string>(boards, writesOf(target, open, now));
      if (written.committed) break;
      const counted = new Set(written.failures);
      open = open.filter(({ sourceId }) => !counted.has(sourceId));
    }
  }
}

/** One source that comes twice in a batch would meet its own mark in its own transaction. */
function uniqueOf(tallies: Tally[]): Tally[] {
  return [...new Map(tallies.map((tally) => [tally.sourceId, tally])).values()];
}

/** As many tallies in each batch as one transaction takes. */
function batchesOf(tallies: Tally[]): Tally[][] {
  const batches: Tally[][] = [];
  let senders = new Set<string>();
  for (const tally of tallies) {
    const open = batches.at(-1);
    const together = new Set([...senders, ...tally.scores.map(({ holder }) => holder)]);
    if (open && open.length + 1 + together.size <= itemsPerTransaction) {
      open.push(tally);
      senders = together;
    } else {
      batches.push([tally]);
      senders = new Set(tally.scores.map(({ holder }) => holder));
    }
  }
  return batches;
}

function writesOf(target: Generation, tallies: Tally[], now: Date): Write<string>[] {
  const sums = new Map<string, number>();
  for (const { holder, amount } of tallies.flatMap(({ scores }) => scores))
    sums.set(holder, (sums.get(holder) ?? 0) + amount);
  return [
    ...tallies.map(({ sourceId }) => putMark(target, sourceId, now)),
    ...[...sums].map(([holder, amount]) => addScore({ ...target, holder }, { amount, now })),
  ];
}

function putMark(target: Generation, sourceId: string, now: Date): Write<string> {
  const expiresAt = Math.floor(daysAfter(now, markDays).getTime() / 1000);
  return {
    put: {
      Item: { ...countedKey({ ...target, sourceId }), expiresAt },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
    failure: () => sourceId,
  };
}

function addScore(
  score: Generation & { holder: string },
  { amount, now }: { amount: number; now: Date },
): Write<string> {
  const { board } = score;
  const update =
    board.type === 'lifetime' || board.type === 'gifters'
      ? { UpdateExpression: 'ADD amount :amount', ExpressionAttributeValues: { ':amount': amount } }
      : {
          UpdateExpression: 'SET expiresAt = :expiresAt ADD coins :amount',
          ExpressionAttributeValues: { ':expiresAt': expiryOf(board, now), ':amount': amount },
        };
  return {
    update: { Key: scoreKey(score), ...update },
    failure: () => {
      throw new Error('A score has no condition that could fail.');
    },
  };
}

/** In seconds since 1970, when the table forgets an item. Lifetimes stay. */
export function expiryOf(board: RankedBoard, now: Date): number {
  const milliseconds =
    board.type === 'live'
      ? daysAfter(now, liveDays).getTime()
      : Math.max(Date.parse(addDays(board.week, weekDays)), daysAfter(now, liveDays).getTime());
  return Math.floor(milliseconds / 1000);
}
