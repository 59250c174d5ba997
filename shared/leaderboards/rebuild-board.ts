import { isDeepStrictEqual } from 'node:util';
import type { Day } from '../calendar.ts';
import { idsFrom } from '../identifiers.ts';
import { type Board, boardHeadKey } from '../store/board-keys.ts';
import { Contention } from '../store/contention.ts';
import { type BoardHead, parseBoardHead, type Rebuilding } from '../store/items/board.ts';
import { parseCreatorEntry } from '../store/items/creator.ts';
import { creatorShardPartition, creatorShards, entryKeyPrefix } from '../store/keys.ts';
import { queryPage, readItem } from '../store/read.ts';
import type { Item, Table } from '../store/table.ts';
import { updateIf } from '../store/write.ts';
import { countInto, type ScoreStores } from './count-scores.ts';
import type { RebuildBody } from './schemas.ts';
import { sourcesOf } from './score-message.ts';
import { type Tally, tallySource } from './tally.ts';

export type RebuildWanted = { board: Board; creatorIds: string[]; from: string };

/** Gifts of a week are in entries of the week, and their reversals in later ones. */
export function rebuildOf(body: RebuildBody): RebuildWanted {
  if ('week' in body) {
    const { creatorId, week } = body;
    return { board: { type: 'week', creatorId, week }, creatorIds: [creatorId], from: startOf(week) };
  }
  const { liveId, creatorIds, from } = body;
  return { board: { type: 'live', liveId }, creatorIds, from: startOf(from) };
}

function startOf(day: Day): string {
  return `${day}T00:00:00.000Z`;
}

export type RebuildReport = { state: 'running' | 'finished'; generation: number };

const entriesPerPage = 50;

/** How many pages are counted before it is kept how far it came: most partitions of most creators are empty. */
const pagesPerMark = 16;

/**
 * Counts a board again from the ledger, into its next generation, while the one that is shown goes on being counted; what comes
 * meanwhile is counted into both. An entry that was committed before the rebuilding began is read here, as all reads are strong;
 * one that is committed later is delivered after it, and its worker sees that there is a next generation. One that is both read
 * and delivered meets its mark. When all is read, the next generation is the one that is shown.
 * The same one that began earlier and is not finished is gone on with; another takes its place, with a generation of its own, so that
 * what was asked for is what is shown.
 */
export async function rebuildBoard(
  stores: ScoreStores,
  wanted: RebuildWanted,
  { now, until }: { now: Date; until: Date },
): Promise<RebuildReport> {
  const { board } = wanted;
  let head = await begin(stores.boards, wanted);
  for (;;) {
    const { next } = head;
    if (!next) throw new Error('A rebuilding that was begun has no next generation.');
    const { generation } = next;
    if (isDone(next)) {
      await moveHead(stores.boards, board, { from: head, to: { generation } });
      return { state: 'finished', generation };
    }
    if (Date.now() >= until.getTime()) return { state: 'running', generation };
    let progress = next;
    for (let page = 0; page < pagesPerMark && !isDone(progress) && Date.now() < until.getTime(); page++)
      progress = await countPage(stores, board, progress, now);
    head = await moveHead(stores.boards, board, { from: head, to: { ...head, next: progress } });
  }
}

function isDone({ partition, creatorIds }: Rebuilding): boolean {
  return partition >= creatorIds.length * creatorShards;
}

async function begin(boards: Table, { board, creatorIds, from }: RebuildWanted): Promise<BoardHead> {
  const head = parseBoardHead(await readItem(boards, boardHeadKey(board)));
  if (head.next && isDeepStrictEqual([head.next.creatorIds, head.next.from], [creatorIds, from])) return head;
  const { generation } = head.next ?? head;
  const next = { generation: generation + 1, creatorIds, from, partition: 0 };
  return moveHead(boards, board, { from: head, to: { ...head, next } });
}

/** Only one rebuilding of a board moves on at a time; the other has its request repeated, and then goes on with the same. */
async function moveHead(
  boards: Table,
  board: Board,
  { from, to }: { from: BoardHead; to: Omit<BoardHead, 'version'> },
): Promise<BoardHead> {
  const moved = await updateIf(boards, {
    Key: boardHeadKey(board),
    ConditionExpression: 'attribute_not_exists(version) OR version = :version',
    UpdateExpression: `SET generation = :generation, version = :next${to.next ? ', #next = :rebuilding' : ' REMOVE #next'}`,
    ExpressionAttributeNames: { '#next': 'next' },
    ExpressionAttributeValues: {
      ':generation': to.generation,
      ':version': from.version,
      ':next': from.version + 1,
      ...(to.next && { ':rebuilding': to.next }),
    },
  });
  if (!moved.applied) throw new Contention('The board is being rebuilt by another request.');
  return parseBoardHead(moved.item);
}

/** Counts one page of one partition, and says where to go on. Counting a page again does no harm. */
async function countPage(stores: ScoreStores, board: Board, next: Rebuilding, now: Date): Promise<Rebuilding> {
  const creatorId = next.creatorIds[Math.floor(next.partition / creatorShards)] ?? '';
  const pk = creatorShardPartition({ creatorId, shard: next.partition % creatorShards });
  const first = next.after ?? `${entryKeyPrefix}${idsFrom(new Date(next.from))}`;
  const { items, lastKey } = await queryPage(stores.ledger, {
    KeyConditionExpression: 'pk = :shard AND sk BETWEEN :first AND :end',
    ExpressionAttributeValues: { ':shard': pk, ':first': first, ':end': `${entryKeyPrefix}~` },
    ConsistentRead: true,
    Limit: entriesPerPage,
  });
  const tallies = await talliesOf(stores.ledger, board, items);
  await countInto(stores.boards, { board, generation: next.generation }, { tallies, now });
  const { after: _, ...place } = next;
  if (lastKey) return { ...place, after: String(lastKey.sk) };
  return { ...place, partition: next.partition + 1 };
}

/** What a page of a creator's entries adds to one board. */
async function talliesOf(ledger: Table, board: Board, items: Item[]): Promise<Tally[]> {
  const sources = items.map(parseCreatorEntry).flatMap(sourcesOf);
  const tallies = (await Promise.all(sources.map((source) => tallySource(ledger, source)))).flat();
  return tallies.filter((tally) => isSame(tally.board, board));
}

function isSame(a: Board, b: Board): boolean {
  if (a.type === 'live') return b.type === 'live' && a.liveId === b.liveId;
  return b.type === 'week' && a.creatorId === b.creatorId && a.week === b.week;
}
