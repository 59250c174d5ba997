import type * as z from 'zod/mini';
import type { Catalog } from '../catalog/catalog.ts';
import { isOn, switchedOff } from '../catalog/switches.ts';
import type { Refusal } from '../refusals.ts';
import type { RankedBoard } from '../store/board-keys.ts';
import type { BoardList } from '../store/items/board.ts';
import { type Boards, readBoardList, readScore } from './read-board.ts';
import type { Places } from './schemas.ts';

type Wanted = { board: RankedBoard; region: string; userId: string | undefined; now: Date };

/** The first places of a board, and what the user has who looks at it, if there is one. */
export async function getLeaderboard(
  boards: Boards,
  catalog: Catalog,
  { board, region, userId, now }: Wanted,
): Promise<z.infer<typeof Places> | Refusal> {
  const { value: switches } = await catalog.current('switches', now);
  if (!isOn(switches, 'leaderboards', region)) return switchedOff('leaderboards', region);
  const list = await readBoardList(boards, board, now);
  const places = rank(list);
  const shown = places.map(({ rank, userId, coins, anonymous }) => ({
    rank,
    coins,
    ...(anonymous ? { anonymous } : { userId }),
  }));
  if (userId === undefined) return { asOf: list.builtAt, places: shown };
  const coins = await readScore(boards, { board, generation: list.generation, holder: userId });
  const own = places.find((place) => place.userId === userId);
  return { asOf: list.builtAt, places: shown, own: { coins, ...(own && { rank: own.rank }) } };
}

/** Who gave as much as the one before has the same rank. */
function rank({ places }: BoardList): (BoardList['places'][number] & { rank: number })[] {
  return places.map((place) => ({ ...place, rank: places.findIndex(({ coins }) => coins === place.coins) + 1 }));
}
