import { Construct } from 'constructs';
import type { Route } from '../shared/http/route.ts';
import type {
  CountScoresEnvironment,
  GetLeaderboardEnvironment,
  RebuildLeaderboardEnvironment,
  SetVisibilityEnvironment,
} from '../shared/leaderboards/environments.ts';
import {
  getCreatorLeaderboardRoute,
  getLiveLeaderboardRoute,
  rebuildLeaderboardRoute,
  setVisibilityRoute,
} from '../shared/leaderboards/routes.ts';
import { ActionableAlarm } from './alarm.ts';
import { BoardTable } from './board-table.ts';
import { Capability } from './capability.ts';
import type { Foundation } from './foundation.ts';
import { TributaryFunction } from './function.ts';
import { productMetric } from './metrics.ts';
import { WorkQueue } from './queue.ts';

/** Each group of ten messages is a few dozen transactions at most. */
const countingTimeoutSeconds = 30;

type BoardFoundation = Foundation & { boards: BoardTable };

/** Who gave most: counted from the creators' entries, apart from everything that moves money. */
export class Leaderboards extends Construct {
  readonly scores: WorkQueue;
  readonly boards: BoardTable;

  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id);
    const boards = new BoardTable(this, 'Table', foundation);
    this.boards = boards;
    this.scores = new WorkQueue(this, 'Scores', foundation, {
      workerTimeoutSeconds: countingTimeoutSeconds,
      receives: 10,
      lateAfterSeconds: 60,
      mostWaiting: 10_000,
      impactOfWaiting: 'Leaderboards are behind; money is not touched.',
      impactOfGivingUp: 'Some gifts are missing in leaderboards until they are redriven or the boards are rebuilt.',
      // Messages of a group are worked on one after another: their order does not matter, but they would meet each other's writes.
      ordered: true,
    });
    this.addCounting({ ...foundation, boards });
    new LeaderboardRoutes(this, 'Routes', { ...foundation, boards });
  }

  private addCounting(foundation: BoardFoundation): void {
    const { ledger, boards, stage, alarmTopic: topic } = foundation;
    const count = new TributaryFunction<typeof CountScoresEnvironment>(this, 'CountScores', foundation, {
      code: 'leaderboards/count-scores',
      trigger: 'queue',
      environment: {
        LEDGER_TABLE: ledger.table.tableName,
        BOARDS_TABLE: boards.table.tableName,
        CATALOG_TABLE: ledger.catalog.tableName,
      },
      impact: 'Leaderboards and levels stand still.',
      timeoutSeconds: countingTimeoutSeconds,
    });
    ledger.grantCountScores(count);
    boards.grantCount(count);
    this.scores.deliverTo(count, { batchSize: 10, concurrency: 50 });
    new ActionableAlarm(this, 'ScoresTooOld', {
      topic,
      metric: productMetric(stage, 'ScoresTooOld'),
      when: { above: 0 },
      impact: 'Some gifts are missing in leaderboards until these are rebuilt.',
      runbook: 'A leaderboard is wrong',
    });
  }
}

type Reader = { code: `leaderboards/${string}`; route: Route; impact: string };

class LeaderboardRoutes extends Capability {
  constructor(scope: Construct, id: string, foundation: BoardFoundation) {
    super(scope, id, foundation, 'who gave most');
    this.addReader('GetLiveLeaderboard', foundation, {
      code: 'leaderboards/get-live-leaderboard',
      route: getLiveLeaderboardRoute,
      impact: 'Apps cannot show who gave most in a live.',
    });
    this.addReader('GetCreatorLeaderboard', foundation, {
      code: 'leaderboards/get-creator-leaderboard',
      route: getCreatorLeaderboardRoute,
      impact: 'Apps cannot show who gave a creator most.',
    });
    this.addVisibility(foundation);
    this.addRebuilding(foundation);
  }

  private addReader(id: string, foundation: BoardFoundation, { route, ...function_ }: Reader): void {
    const { ledger, boards, api } = foundation;
    const reader = new TributaryFunction<typeof GetLeaderboardEnvironment>(this, id, foundation, {
      ...function_,
      trigger: 'request',
      environment: {
        LEDGER_TABLE: ledger.table.tableName,
        BOARDS_TABLE: boards.table.tableName,
        CATALOG_TABLE: ledger.catalog.tableName,
      },
    });
    ledger.grantGetLeaderboard(reader);
    boards.grantRead(reader);
    api.serve(route, reader);
  }

  private addVisibility(foundation: BoardFoundation): void {
    const { ledger, api } = foundation;
    const set = new TributaryFunction<typeof SetVisibilityEnvironment>(this, 'SetVisibility', foundation, {
      code: 'leaderboards/set-visibility',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName },
      impact: 'Fans cannot say whether they want to be seen in leaderboards.',
    });
    ledger.grantSetVisibility(set);
    api.serve(setVisibilityRoute, set);
  }

  private addRebuilding(foundation: BoardFoundation): void {
    const { ledger, boards, api } = foundation;
    const rebuild = new TributaryFunction<typeof RebuildLeaderboardEnvironment>(
      this,
      'RebuildLeaderboard',
      foundation,
      {
        code: 'leaderboards/rebuild-leaderboard',
        trigger: 'request',
        environment: { LEDGER_TABLE: ledger.table.tableName, BOARDS_TABLE: boards.table.tableName },
        impact: 'Operators cannot count leaderboards again.',
        // It begins no page after 18 seconds; the gateway waits 30.
        timeoutSeconds: 28,
      },
    );
    ledger.grantRebuildLeaderboard(rebuild);
    boards.grantRebuild(rebuild);
    api.serve(rebuildLeaderboardRoute, rebuild);
  }
}
