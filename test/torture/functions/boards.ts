import { openCatalog } from '../../../shared/catalog/catalog.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { countMessages } from '../../../shared/leaderboards/count-scores.ts';
import { rebuildBoard, rebuildOf } from '../../../shared/leaderboards/rebuild-board.ts';
import { rebuildLeaderboardRoute } from '../../../shared/leaderboards/routes.ts';
import { ScoreMessage } from '../../../shared/leaderboards/score-message.ts';
import { queueBatchWorker } from '../../../shared/queue/queue-worker.ts';
import type { Cloud } from './cloud.ts';

/** The clock of an invocation stands still: a rebuilding is always done in one request. */
const workMilliseconds = 18_000;

/** The functions that make leaderboards, wired as their files under `functions/` wire them. */
export const boardFunctions = {
  'count-scores'({ ledger, boards, catalogTable }: Cloud) {
    const stores = { ledger, boards, catalog: openCatalog(catalogTable) };
    return queueBatchWorker(ScoreMessage, (messages, { now }) => countMessages(stores, messages, now));
  },

  'rebuild-leaderboard'({ ledger, boards }: Cloud) {
    return endpoint(rebuildLeaderboardRoute, async ({ body, now }) => {
      const until = new Date(now.getTime() + workMilliseconds);
      return { value: await rebuildBoard({ ledger, boards }, rebuildOf(body), { now, until }) };
    });
  },
};
