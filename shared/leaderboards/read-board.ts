import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import {
  boardBuckets,
  boardClaimKey,
  boardHeadKey,
  boardListKey,
  boardName,
  byCoinsIndex,
  type Generation,
  type RankedBoard,
  scoreKey,
  scoresOf,
} from '../store/board-keys.ts';
import { Contention } from '../store/contention.ts';
import { type BoardList, parseBoardHead, parseBoardList, parseScore, VisibilityChoice } from '../store/items/board.ts';
import { queryUpTo, readItem, readItems } from '../store/read.ts';
import type { Item, Table } from '../store/table.ts';
import { visibilityKey } from '../store/visibility-keys.ts';
import { updateIf } from '../store/write.ts';
import { expiryOf, type ScoreStores } from './count-into.ts';

/** How many places a list has. */
const placesShown = 100;

/** A list of this age is as good as new; from then on one reader makes it anew while others take it as it is, */
const freshMilliseconds = 1_000;
/** up to this age, from which on nobody is given it. The rest of five seconds is for the way from the ledger to the scores. */
const oldestMilliseconds = 2_000;

/** For so long whoever is not the one to make a list anew takes it from memory: a watched list is one item, which has its limits too. */
const triedMilliseconds = 200;

export type Boards = ScoreStores & {
  /** Lists that this instance has read or made, by their board, and until when it gives them without asking again. */
  known: Map<string, { list: BoardList; until: number }>;
};

/** More lists than this are forgotten together; each has a few kB. */
const mostKnown = 500;

export function openBoards(stores: ScoreStores): Boards {
  return { ...stores, known: new Map() };
}

/** How often, and how long, somebody looks for the list that another reader is making; a claim ends within this time. */
const waitMilliseconds = 100;
const mostWaits = 15;

/**
 * The first places, as they were not more than two seconds ago: mostly from memory, else one read of one item. However many ask at
 * once, one a second makes the list anew, and the others wait for it: a thousand who made it together would be too slow for each
 * other.
 * @throws Contention when nobody has made it in that time.
 */
export async function readBoardList(boards: Boards, board: RankedBoard, now: Date): Promise<BoardList> {
  const known = boards.known.get(boardName(board));
  if (known && now.getTime() < known.until) return known.list;
  for (let waits = 0; waits <= mostWaits; waits++) {
    const found = await lookForList(boards, board, new Date(now.getTime() + waits * waitMilliseconds));
    if (found) return remember(boards, board, found);
    await new Promise((resolve) => setTimeout(resolve, waitMilliseconds));
  }
  throw new Contention('The list was being made by other readers all the time.');
}

function remember({ known }: Boards, board: RankedBoard, found: Found): BoardList {
  if (known.size >= mostKnown) known.clear();
  known.set(boardName(board), found);
  return found.list;
}

type Found = { list: BoardList; until: number };

/** Nothing while another reader is making a list in place of one that is too old. */
async function lookForList(boards: Boards, board: RankedBoard, now: Date): Promise<Found | undefined> {
  const item = await readItem(boards.boards, boardListKey(board));
  const list = item && parseBoardList(item);
  // Clocks differ: what another instance made later than now is as good as new now.
  const age = list ? Math.max(0, now.getTime() - Date.parse(list.builtAt)) : 0;
  if (list && age < freshMilliseconds) return { list, until: now.getTime() + freshMilliseconds - age };
  // A board that has no list has few senders, or none at all, and whoever asks for any name finds out at little cost.
  if (!list || (await claim(boards.boards, board, now)))
    return {
      list: await makeList(boards, board, { now, replaces: list !== undefined }),
      until: now.getTime() + freshMilliseconds,
    };
  const left = oldestMilliseconds - age;
  return left > 0 ? { list, until: now.getTime() + Math.min(triedMilliseconds, left) } : undefined;
}

/** One of those who find a list no longer fresh gets to make it; its claim ends by itself. */
async function claim(boards: Table, board: RankedBoard, now: Date): Promise<boolean> {
  const claimed = await updateIf(boards, {
    Key: boardClaimKey(board),
    ConditionExpression: 'attribute_not_exists(claimedAt) OR claimedAt < :ended',
    UpdateExpression: 'SET claimedAt = :now, expiresAt = :expiresAt',
    ExpressionAttributeValues: {
      ':now': now.getTime(),
      ':ended': now.getTime() - freshMilliseconds,
      ':expiresAt': expiryOf(board, now),
    },
  });
  return claimed.applied;
}

async function makeList(
  { ledger, boards }: ScoreStores,
  board: RankedBoard,
  { now, replaces }: { now: Date; replaces: boolean },
): Promise<BoardList> {
  const { generation } = parseBoardHead(await readItem(boards, boardHeadKey(board)));
  const list = {
    generation,
    builtAt: now.toISOString(),
    places: await firstPlaces({ ledger, boards }, { board, generation }),
  };
  // Nothing is kept of boards that nobody was ever on: anybody may ask for any.
  if (list.places.length > 0 || replaces) await keepList(boards, board, list, now);
  return list;
}

/** A list that another reader began to make later stays. */
async function keepList(boards: Table, board: RankedBoard, list: BoardList, now: Date): Promise<void> {
  try {
    await boards.client.send(
      new PutCommand({
        TableName: boards.name,
        Item: { ...boardListKey(board), ...list, expiresAt: expiryOf(board, now) },
        ConditionExpression: 'attribute_not_exists(pk) OR builtAt < :builtAt',
        ExpressionAttributeValues: { ':builtAt': list.builtAt },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

type Place = BoardList['places'][number];

/** Looks further down while so many of the first want to be hidden that places stay empty. */
async function firstPlaces({ ledger, boards }: ScoreStores, generation: Generation): Promise<Place[]> {
  for (let among = placesShown; ; among *= 4) {
    const first = await largestScores(boards, generation, among);
    const places = await visibleAmong(ledger, first);
    if (places.length >= placesShown || first.length < among) return places.slice(0, placesShown);
  }
}

/** The largest scores of all buckets; of equal ones, the sender whose id comes first. */
async function largestScores(
  boards: Table,
  generation: Generation,
  most: number,
): Promise<{ userId: string; coins: number }[]> {
  const buckets = await Promise.all(
    Array.from({ length: boardBuckets }, (_, bucket) =>
      queryUpTo(
        boards,
        {
          IndexName: byCoinsIndex,
          KeyConditionExpression: 'pk = :scores AND coins > :nothing',
          ExpressionAttributeValues: { ':scores': scoresOf({ ...generation, bucket }).pk, ':nothing': 0 },
          ScanIndexForward: false,
          ConsistentRead: true,
        },
        most,
      ),
    ),
  );
  return buckets
    .flat()
    .map(parseScore)
    .toSorted((a, b) => b.coins - a.coins || (a.userId < b.userId ? -1 : 1))
    .slice(0, most);
}

async function visibleAmong(ledger: Table, scores: { userId: string; coins: number }[]): Promise<Place[]> {
  const keys = scores.map(({ userId }) => visibilityKey(userId));
  // A change of mind has five seconds, and the ledger has dearer reads to do than these hundred.
  const choices = await readItems(ledger, keys, { isConsistent: false });
  const chosen = new Map(choices.map((item) => z.parse(VisibilityChoice, item)).map((c) => [c.userId, c.visibility]));
  return scores.flatMap(({ userId, coins }): Place[] => {
    const visibility = chosen.get(userId) ?? 'public';
    if (visibility === 'hidden') return [];
    return [{ userId, coins, ...(visibility === 'anonymous' && { anonymous: true as const }) }];
  });
}

/** What one sender has on a board. */
export async function readScore({ boards }: ScoreStores, score: Generation & { holder: string }): Promise<number> {
  const item: Item | undefined = await readItem(boards, scoreKey(score));
  return item ? Math.max(0, parseScore(item).coins) : 0;
}

/** What one sender has on each of some boards, where the sender is on it. */
export async function readScores(
  table: Table,
  { userId, boards }: { userId: string; boards: RankedBoard[] },
): Promise<{ board: RankedBoard; coins: number }[]> {
  const heads = new Map((await readItems(table, boards.map(boardHeadKey))).map((item) => [String(item.pk), item]));
  const shown = boards.map((board) => {
    const { generation } = parseBoardHead(heads.get(boardHeadKey(board).pk));
    return { board, key: scoreKey({ board, generation, holder: userId }) };
  });
  const scores = new Map(
    (
      await readItems(
        table,
        shown.map(({ key }) => key),
      )
    ).map((item) => [String(item.pk), item]),
  );
  return shown.flatMap(({ board, key }) => {
    const item = scores.get(key.pk);
    return item ? [{ board, coins: parseScore(item).coins }] : [];
  });
}
