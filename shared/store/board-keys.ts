import type { Key } from './keys.ts';

/** The keys of the table of leaderboards, where nothing is that the ledger does not say. */

/** What a leaderboard ranks: the gifts of one live, or all gifts to a creator in a week, which its Monday (UTC) names. */
export type RankedBoard = { type: 'live'; liveId: string } | { type: 'week'; creatorId: string; week: string };

/** Whose levels there are: users who give, and creators. */
export const ladders = ['gifters', 'creators'] as const;
export type LadderName = (typeof ladders)[number];

/** What one user has given, or one creator has earned, since ever; counted like a leaderboard, but ranked against nobody. */
export type Lifetime = { type: 'lifetime'; ladder: LadderName; id: string };

/**
 * The lifetimes of all users in their first generation together, so that what many give at once to one creator needs one mark. A
 * user whose lifetime is counted again has marks of their own from then on.
 */
export type FirstLifetimes = { type: 'gifters' };

export type Board = RankedBoard | Lifetime | FirstLifetimes;

export function gifter(userId: string): Lifetime {
  return { type: 'lifetime', ladder: 'gifters', id: userId };
}

/** Tells boards apart; ids contain no `#`. */
export function boardName(board: Board): string {
  if (board.type === 'gifters') return board.type;
  if (board.type === 'lifetime') return `${board.ladder}#${board.id}`;
  return board.type === 'live' ? `live#${board.liveId}` : `week#${board.creatorId}#${board.week}`;
}

/** Which of its generations a board shows and is counted into. */
export function boardHeadKey(board: Board): Key {
  return { pk: `BOARD#${boardName(board)}`, sk: 'HEAD' };
}

/** The first places as they are shown. */
export function boardListKey(board: RankedBoard): Key {
  return { pk: `BOARD#${boardName(board)}`, sk: 'LIST' };
}

/** Who is making the list anew. */
export function boardClaimKey(board: RankedBoard): Key {
  return { pk: `BOARD#${boardName(board)}`, sk: 'CLAIM' };
}

/** The scores of a board are spread by sender, so that a hot live is no hot partition. */
export const boardBuckets = 8;

export function boardBucketOf(senderId: string): number {
  let hash = 0;
  for (const character of senderId) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
  return hash % boardBuckets;
}

/** One making of a board: each time that it is rebuilt it gets the next one. */
export type Generation = { board: Board; generation: number };

/** The scores of one bucket, for a query. */
export function scoresOf({ board, generation, bucket }: Generation & { bucket: number }): { pk: string } {
  return { pk: `SCORES#${boardName(board)}#${generation}#${bucket}` };
}

/** The parts of a lifetime, for a query: a gifter has one, a creator one for each bucket of senders. */
export function lifetimeParts({ board, generation }: Generation): { pk: string } {
  return { pk: `SCORES#${boardName(board)}#${generation}` };
}

export function scoreKey({ board, generation, holder }: Generation & { holder: string }): Key {
  if (board.type === 'gifters') return scoreKey({ board: gifter(holder), generation, holder });
  if (board.type === 'lifetime') return { ...lifetimeParts({ board, generation }), sk: holder };
  return { ...scoresOf({ board, generation, bucket: boardBucketOf(holder) }), sk: holder };
}

/** The mark that a source was counted into a generation of a board. */
export function countedKey({ board, generation, sourceId }: Generation & { sourceId: string }): Key {
  return { pk: `COUNTED#${sourceId}`, sk: `${boardName(board)}#${generation}` };
}

/** The index of a partition's scores by their size. */
export const byCoinsIndex = 'byCoins';
