import { inGroups } from '../in-groups.ts';
import { type CountStores, countInto } from '../leaderboards/count-into.ts';
import type { Tally } from '../leaderboards/tally.ts';
import { boardHeadKey, gifter, scoreKey } from '../store/board-keys.ts';
import { type BoardHead, parseBoardHead, parseLifetimePart } from '../store/items/board.ts';
import { readItems } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { reachLevel } from './reach-level.ts';

/** Most of them have reached nothing new, and need no request. */
const usersAtOnce = 10;

/**
 * Counts what several users gave, all in one transaction as far as their lifetimes were never counted again; the others each into
 * the generation that is shown, and into the next one while there is one.
 */
export async function countGifters(stores: CountStores, tallies: Tally[], now: Date): Promise<void> {
  const { boards } = stores;
  const userIds = [...new Set(tallies.flatMap(({ scores }) => scores.map(({ holder }) => holder)))];
  const heads = await readHeads(boards, userIds);
  const inFirst = tallies.flatMap((tally) => {
    const scores = tally.scores.filter(({ holder }) => heads.get(holder)?.generation === 0);
    return scores.length === 0 ? [] : [{ ...tally, scores }];
  });
  await countInto(boards, { board: { type: 'gifters' }, generation: 0 }, { tallies: inFirst, now });
  for (const [userId, { generation, next }] of heads) {
    const own = tallies.flatMap((tally) => {
      const scores = tally.scores.filter(({ holder }) => holder === userId);
      return scores.length === 0 ? [] : [{ ...tally, scores }];
    });
    const board = gifter(userId);
    if (generation > 0) await countInto(boards, { board, generation }, { tallies: own, now });
    if (next) await countInto(boards, { board, generation: next.generation }, { tallies: own, now });
  }
  await reachLevels(stores, heads, now);
}

/** Of each user, also of those who have none yet. */
async function readHeads(boards: Table, userIds: string[]): Promise<Map<string, BoardHead>> {
  const keys = userIds.map((userId) => boardHeadKey(gifter(userId)));
  const found = new Map((await readItems(boards, keys)).map((item) => [item.pk, item]));
  return new Map(userIds.map((userId, position) => [userId, parseBoardHead(found.get(keys[position]?.pk))]));
}

async function reachLevels(stores: CountStores, heads: Map<string, BoardHead>, now: Date): Promise<void> {
  const keys = [...heads].map(([userId, { generation }]) =>
    scoreKey({ board: gifter(userId), generation, holder: userId }),
  );
  const parts = await readItems(stores.boards, keys);
  const outcomes = await inGroups(parts, usersAtOnce, (item) => {
    const userId = String(item.sk);
    const { reached } = heads.get(userId) ?? { reached: 0 };
    return reachLevel(stores, { board: gifter(userId), total: parseLifetimePart(item), reached, now });
  });
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}
