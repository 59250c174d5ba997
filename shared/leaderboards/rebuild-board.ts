import { isDeepStrictEqual } from 'node:util';
import type { Day } from '../calendar.ts';
import { idsFrom } from '../identifiers.ts';
import { type Board, boardHeadKey, boardName, type Lifetime } from '../store/board-keys.ts';
import { Contention } from '../store/contention.ts';
import { type BoardHead, parseBoardHead, type Rebuilding } from '../store/items/board.ts';
import { type CreatorEntry, parseCreatorEntry } from '../store/items/creator.ts';
import { parseReversedGift } from '../store/items/reversal.ts';
import { parseWalletEntry, type WalletEntry } from '../store/items/wallet-entry.ts';
import {
  creatorEntryKey,
  creatorShardPartition,
  creatorShards,
  entryKeyPrefix,
  reversedGiftKey,
  walletKey,
} from '../store/keys.ts';
import { queryPage, readItem, readItems } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { updateIf } from '../store/write.ts';
import { countInto, type ScoreStores } from './count-into.ts';
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
  if ('ladder' in body) {
    const { ladder, id } = body;
    const creatorIds = ladder === 'creators' ? [id] : [];
    return { board: { type: 'lifetime', ladder, id }, creatorIds, from: new Date(0).toISOString() };
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
    if (isDone(board, next)) {
      await moveHead(stores.boards, board, { from: head, to: { generation } });
      return { state: 'finished', generation };
    }
    if (Date.now() >= until.getTime()) return { state: 'running', generation };
    let progress = next;
    for (let page = 0; page < pagesPerMark && !isDone(board, progress) && Date.now() < until.getTime(); page++)
      progress = await countPage(stores, board, progress, now);
    head = await moveHead(stores.boards, board, { from: head, to: { ...head, next: progress } });
  }
}

function isDone(board: Board, { partition, creatorIds }: Rebuilding): boolean {
  return partition >= (isGifters(board) ? 1 : creatorIds.length * creatorShards);
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
  { from, to }: { from: BoardHead; to: Pick<BoardHead, 'generation' | 'next'> },
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
  const first = next.after ?? `${entryKeyPrefix}${idsFrom(new Date(next.from))}`;
  const { items, lastKey } = await queryPage(stores.ledger, {
    KeyConditionExpression: 'pk = :partition AND sk BETWEEN :first AND :end',
    ExpressionAttributeValues: {
      ':partition': partitionOf(board, next),
      ':first': first,
      ':end': `${entryKeyPrefix}~`,
    },
    ConsistentRead: true,
    Limit: entriesPerPage,
  });
  const entries = isGifters(board)
    ? await creatorEntriesOf(stores.ledger, items.map(parseWalletEntry))
    : items.map(parseCreatorEntry);
  const tallies = await talliesOf(stores.ledger, board, entries);
  await countInto(stores.boards, { board, generation: next.generation }, { tallies, now });
  const { after: _, ...place } = next;
  if (lastKey) return { ...place, after: String(lastKey.sk) };
  return { ...place, partition: next.partition + 1 };
}

/** What a user has given is found by the user's own gifts; everything else by the entries of creators. */
function isGifters(board: Board): board is Lifetime {
  return board.type === 'lifetime' && board.ladder === 'gifters';
}

function partitionOf(board: Board, { creatorIds, partition }: Rebuilding): string {
  if (isGifters(board)) return walletKey(board.id).pk;
  const creatorId = creatorIds[Math.floor(partition / creatorShards)] ?? '';
  return creatorShardPartition({ creatorId, shard: partition % creatorShards });
}

/** The creators' entries that say what became of a sender's gifts: their credits, and what was reversed of them since. */
async function creatorEntriesOf(ledger: Table, statement: WalletEntry[]): Promise<CreatorEntry[]> {
  const gifts = statement.filter((entry) => entry.flow === 'gift');
  const reversed = await readItems(
    ledger,
    gifts.map(({ userId, entryId: giftId }) => reversedGiftKey({ userId, giftId })),
  );
  const reversals = new Map(reversed.map(parseReversedGift).map(({ giftId, entryIds = [] }) => [giftId, entryIds]));
  const keys = gifts.flatMap(({ creatorId, shard, creditId, entryId: giftId }) =>
    [creditId, ...(reversals.get(giftId) ?? [])].map((entryId) => creatorEntryKey({ creatorId, shard, entryId })),
  );
  // Gifts that were credited together have one entry.
  const unique = [...new Map(keys.map((key) => [`${key.pk} ${key.sk}`, key])).values()];
  return (await readItems(ledger, unique)).map(parseCreatorEntry);
}

/** What entries of creators add to one board. */
async function talliesOf(ledger: Table, board: Board, entries: CreatorEntry[]): Promise<Tally[]> {
  const sources = entries.flatMap(sourcesOf);
  const tallies = (await Promise.all(sources.map((source) => tallySource(ledger, source)))).flat();
  const name = boardName(board);
  return tallies.flatMap((tally) => {
    if (!isGifters(board) || tally.board.type !== 'gifters') return boardName(tally.board) === name ? [tally] : [];
    const own = tally.scores.filter(({ holder }) => holder === board.id);
    return own.length === 0 ? [] : [{ ...tally, board, scores: own }];
  });
}
