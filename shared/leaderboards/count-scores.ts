import { addDays } from '../calendar.ts';
import { timeOfId } from '../identifiers.ts';
import { inGroups } from '../in-groups.ts';
import { count, logger } from '../observability.ts';
import { type Board, boardHeadKey, boardName, countedKey, type Generation, scoreKey } from '../store/board-keys.ts';
import { parseBoardHead } from '../store/items/board.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import type { ScoreMessage } from './score-message.ts';
import { type Tally, tallySource } from './tally.ts';

export type ScoreStores = { ledger: Table; boards: Table };

const millisecondsPerDay = 86_400_000;

/**
 * An entry that comes later than this is not counted; a queue and its dead letters keep a message for 18 days. Marks are kept for
 * twice as long, so that whatever is counted finds the mark of an earlier time.
 */
const countedForDays = 30;
const markDays = 60;

/** How long boards are kept: lives after their last gift, weeks after their Monday. */
const liveDays = 90;
const weekDays = 400;

/** A transaction has at most 100 items. A source has at most 90 senders, and its mark. */
const itemsPerTransaction = 100;

/**
 * Counts what messages bring. Each source has a mark for each board and generation, which is written in one transaction with the
 * scores it adds to, so that it is counted once however often and in whatever order it comes.
 * @returns for each message why it failed, or `undefined`.
 */
export async function countMessages(
  stores: ScoreStores,
  messages: ScoreMessage[],
  now: Date,
): Promise<(unknown | undefined)[]> {
  // What is given together to one creator is added up before it is written.
  const groups = [...Map.groupBy(messages.keys(), (position) => groupOf(messages[position])).values()];
  const outcomes = await inGroups(groups, groups.length, (positions) =>
    countTogether(
      stores,
      positions.flatMap((position) => messages[position] ?? []),
      now,
    ),
  );
  const reasons: unknown[] = messages.map(() => undefined);
  outcomes.forEach((outcome, group) => {
    if (outcome.status === 'rejected') for (const position of groups[group] ?? []) reasons[position] = outcome.reason;
  });
  return reasons;
}

function groupOf(message: ScoreMessage | undefined): string {
  return `${message?.creatorId}#${message?.bucket}`;
}

async function countTogether(stores: ScoreStores, messages: ScoreMessage[], now: Date): Promise<void> {
  const sources = messages.flatMap(({ creatorId, bucket, sources }) =>
    sources.map((source) => ({ creatorId, bucket, source })),
  );
  const oldest = now.getTime() - countedForDays * millisecondsPerDay;
  const fresh = sources.filter(({ source }) => timeOfId(source.entryId) >= oldest);
  if (fresh.length < sources.length) {
    count('ScoresTooOld', sources.length - fresh.length);
    logger.error('entries came too late to be counted: rebuild the boards', { creatorId: messages[0]?.creatorId });
  }
  const tallies = (await Promise.all(fresh.map((source) => tallySource(stores.ledger, source)))).flat();
  const byBoard = [...Map.groupBy(tallies, ({ board }) => boardName(board)).values()];
  for (const outcome of await inGroups(byBoard, 10, (ofBoard) => countForBoard(stores.boards, ofBoard, now)))
    if (outcome.status === 'rejected') throw outcome.reason;
}

/**
 * While a board is rebuilt, what comes is counted into the generation that is shown and into the next one. The head is read
 * after the entry was committed: either it says that there is a next one, or the rebuilding, which began later, will find the entry.
 */
async function countForBoard(boards: Table, tallies: Tally[], now: Date): Promise<void> {
  const [first] = tallies;
  if (!first) return;
  const { generation, next } = parseBoardHead(await readItem(boards, boardHeadKey(first.board)));
  await countInto(boards, { board: first.board, generation }, { tallies, now });
  if (next) await countInto(boards, { board: first.board, generation: next.generation }, { tallies, now });
}

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
    const together = new Set([...senders, ...tally.scores.map(({ senderId }) => senderId)]);
    if (open && open.length + 1 + together.size <= itemsPerTransaction) {
      open.push(tally);
      senders = together;
    } else {
      batches.push([tally]);
      senders = new Set(tally.scores.map(({ senderId }) => senderId));
    }
  }
  return batches;
}

function writesOf(target: Generation, tallies: Tally[], now: Date): Write<string>[] {
  const sums = new Map<string, number>();
  for (const { senderId, coins } of tallies.flatMap(({ scores }) => scores))
    sums.set(senderId, (sums.get(senderId) ?? 0) + coins);
  const expiresAt = expiryOf(target.board, now);
  return [
    ...tallies.map(({ sourceId }) => putMark(target, sourceId, now)),
    ...[...sums].map(([senderId, coins]) => addScore({ ...target, senderId }, { coins, expiresAt })),
  ];
}

function putMark(target: Generation, sourceId: string, now: Date): Write<string> {
  const expiresAt = Math.floor((now.getTime() + markDays * millisecondsPerDay) / 1000);
  return {
    put: {
      Item: { ...countedKey({ ...target, sourceId }), expiresAt },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
    failure: () => sourceId,
  };
}

function addScore(
  score: Generation & { senderId: string },
  { coins, expiresAt }: { coins: number; expiresAt: number },
): Write<string> {
  return {
    update: {
      Key: scoreKey(score),
      UpdateExpression: 'SET expiresAt = :expiresAt ADD coins :coins',
      ExpressionAttributeValues: { ':expiresAt': expiresAt, ':coins': coins },
    },
    failure: () => {
      throw new Error('A score has no condition that could fail.');
    },
  };
}

/** In seconds since 1970, when the table forgets an item. */
export function expiryOf(board: Board, now: Date): number {
  const milliseconds =
    board.type === 'live'
      ? now.getTime() + liveDays * millisecondsPerDay
      : Math.max(Date.parse(addDays(board.week, weekDays)), now.getTime() + liveDays * millisecondsPerDay);
  return Math.floor(milliseconds / 1000);
}
