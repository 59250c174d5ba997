import type { Construct } from 'constructs';
import type { GetLevelEnvironment } from '../shared/levels/environments.ts';
import { getCreatorLevelRoute, getUserLevelRoute } from '../shared/levels/routes.ts';
import type { BoardTable } from './board-table.ts';
import { Capability } from './capability.ts';
import type { Foundation } from './foundation.ts';
import { TributaryFunction } from './function.ts';

type LevelFoundation = Foundation & { boards: BoardTable };

/** What somebody has given or earned since ever; counted with the leaderboards. */
export class Levels extends Capability {
  constructor(scope: Construct, id: string, foundation: LevelFoundation) {
    super(scope, id, foundation, 'levels of gifters and creators');
    const { ledger, api } = foundation;

    const getUserLevel = this.addReader('GetUserLevel', foundation, {
      code: 'levels/get-user-level',
      impact: 'Apps cannot show the levels of fans.',
    });
    ledger.grantGetUserLevel(getUserLevel);
    api.serve(getUserLevelRoute, getUserLevel);

    const getCreatorLevel = this.addReader('GetCreatorLevel', foundation, {
      code: 'levels/get-creator-level',
      impact: 'Apps cannot show the levels of creators.',
    });
    ledger.grantGetCreatorLevel(getCreatorLevel);
    api.serve(getCreatorLevelRoute, getCreatorLevel);
  }

  private addReader(
    id: string,
    foundation: LevelFoundation,
    function_: { code: `levels/${string}`; impact: string },
  ): TributaryFunction<typeof GetLevelEnvironment> {
    const { ledger, boards } = foundation;
    const reader = new TributaryFunction<typeof GetLevelEnvironment>(this, id, foundation, {
      ...function_,
      trigger: 'request',
      environment: {
        LEDGER_TABLE: ledger.table.tableName,
        BOARDS_TABLE: boards.table.tableName,
        CATALOG_TABLE: ledger.catalog.tableName,
      },
    });
    boards.grantReadLifetime(reader);
    return reader;
  }
}
