import { dayOf, weekOf } from '../../shared/calendar.ts';
import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { GetLeaderboardEnvironment } from '../../shared/leaderboards/environments.ts';
import { getLeaderboard } from '../../shared/leaderboards/get-leaderboard.ts';
import { openBoards } from '../../shared/leaderboards/read-board.ts';
import { getCreatorLeaderboardRoute } from '../../shared/leaderboards/routes.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(GetLeaderboardEnvironment);
const catalog = openCatalog(connectTable(environment.CATALOG_TABLE));
const boards = openBoards({
  ledger: connectTable(environment.LEDGER_TABLE),
  boards: connectTable(environment.BOARDS_TABLE),
});

export const handler = endpoint(getCreatorLeaderboardRoute, async ({ parameters: { creatorId }, query, now }) => {
  const { region, userId, week = weekOf(dayOf(now)) } = query;
  const board = { type: 'week', creatorId, week } as const;
  const places = await getLeaderboard(boards, catalog, { board, region, userId, now });
  return isRefusal(places) ? places : { value: { creatorId, week, ...places } };
});
