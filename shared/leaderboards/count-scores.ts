import { daysAfter } from '../calendar.ts';
import { timeOfId } from '../identifiers.ts';
import { inGroups } from '../in-groups.ts';
import { countGifters } from '../levels/count-gifters.ts';
import { reachLevel } from '../levels/reach-level.ts';
import { sumOfParts } from '../levels/read-lifetime.ts';
import { count, logger } from '../observability.ts';
import { boardHeadKey, boardName } from '../store/board-keys.ts';
import { parseBoardHead } from '../store/items/board.ts';
import { readItem } from '../store/read.ts';
import { type CountStores, countInto, markDays } from './count-into.ts';
import type { ScoreMessage } from './score-message.ts';
import { type Tally, tallySource } from './tally.ts';

/**
 * An entry that comes later than this is not counted; a queue and its dead letters keep a message for 18 days. Marks are kept for
 * twice as long, so that whatever is counted finds the mark of an earlier time.
 */
const countedForDays = markDays / 2;

/**
 * Counts what messages bring. Each source has a mark for each board and generation, which is written in one transaction with the
 * scores it adds to, so that it is counted once however often and in whatever order it comes.
 * @returns for each message why it failed, or `undefined`.
 */
export async function countMessages(
  stores: CountStores,
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

async function countTogether(stores: CountStores, messages: ScoreMessage[], now: Date): Promise<void> {
  const sources = messages.flatMap(({ creatorId, bucket, sources }) =>
    sources.map((source) => ({ creatorId, bucket, source })),
  );
  const oldest = daysAfter(now, -countedForDays).getTime();
  const fresh = sources.filter(({ source }) => timeOfId(source.entryId) >= oldest);
  if (fresh.length < sources.length) {
    count('ScoresTooOld', sources.length - fresh.length);
    logger.error('entries came too late to be counted: rebuild the boards', { creatorId: messages[0]?.creatorId });
  }
  const tallies = (await Promise.all(fresh.map((source) => tallySource(stores.ledger, source)))).flat();
  const byBoard = [...Map.groupBy(tallies, ({ board }) => boardName(board)).values()];
  for (const outcome of await inGroups(byBoard, 10, (ofBoard) => countForBoard(stores, ofBoard, now)))
    if (outcome.status === 'rejected') throw outcome.reason;
}

/**
 * While a board is rebuilt, what comes is counted into the generation that is shown and into the next one. The head is read
 * after the entry was committed: either it says that there is a next one, or the rebuilding, which began later, will find the entry.
 */
async function countForBoard(stores: CountStores, tallies: Tally[], now: Date): Promise<void> {
  const [first] = tallies;
  if (!first) return;
  if (first.board.type === 'gifters') return countGifters(stores, tallies, now);
  const { boards } = stores;
  const { board } = first;
  const { generation, next, reached } = parseBoardHead(await readItem(boards, boardHeadKey(board)));
  await countInto(boards, { board, generation }, { tallies, now });
  if (next) await countInto(boards, { board, generation: next.generation }, { tallies, now });
  if (board.type !== 'lifetime') return;
  // Of several who count for one creator at once, the last one sees all of it.
  const total = await sumOfParts(boards, { board, generation });
  await reachLevel(stores, { board, total, reached, now });
}
