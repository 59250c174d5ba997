import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { RebuildLeaderboardEnvironment } from '../../shared/leaderboards/environments.ts';
import { rebuildBoard, rebuildOf } from '../../shared/leaderboards/rebuild-board.ts';
import { rebuildLeaderboardRoute } from '../../shared/leaderboards/routes.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(RebuildLeaderboardEnvironment);
const stores = { ledger: connectTable(environment.LEDGER_TABLE), boards: connectTable(environment.BOARDS_TABLE) };

/** Begins no page after 18 seconds; the gateway waits 30. */
const workMilliseconds = 18_000;

export const handler = endpoint(rebuildLeaderboardRoute, async ({ body, now }) => ({
  value: await rebuildBoard(stores, rebuildOf(body), { now, until: new Date(now.getTime() + workMilliseconds) }),
}));
