import type { Construct } from 'constructs';
import type {
  CloseAccountEnvironment,
  EraseUserEnvironment,
  ExportUserEnvironment,
  SweepErasuresEnvironment,
} from '../shared/accounts/environments.ts';
import { closeAccountRoute, eraseUserRoute, exportUserRoute } from '../shared/accounts/routes.ts';
import { ActionableAlarm } from './alarm.ts';
import type { BoardTable } from './board-table.ts';
import { Capability } from './capability.ts';
import type { Foundation } from './foundation.ts';
import { TributaryFunction } from './function.ts';
import { productMetric } from './metrics.ts';
import { everyMinutes } from './schedules.ts';

/** How often erasures that broke off are gone on with. */
const erasureMinutes = 15;

/** The end of an account: closing it, erasing the person, and what is kept of a user. */
export class Accounts extends Capability {
  constructor(scope: Construct, id: string, foundation: Foundation & { boards: BoardTable }) {
    super(scope, id, foundation, 'closing of accounts, erasure and export');
    this.addClosing(foundation);
    this.addErasure(foundation);
    this.addExport(foundation);
  }

  private addClosing(foundation: Foundation): void {
    const { ledger, api } = foundation;
    const close = new TributaryFunction<typeof CloseAccountEnvironment>(this, 'CloseAccount', foundation, {
      code: 'accounts/close-account',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName, CATALOG_TABLE: ledger.catalog.tableName },
      impact: 'People cannot close their accounts.',
    });
    ledger.grantCloseAccount(close);
    api.serve(closeAccountRoute, close);
  }

  private addErasure(foundation: Foundation): void {
    const { ledger, api, schedules, stage, alarmTopic: topic } = foundation;
    const environment = { LEDGER_TABLE: ledger.table.tableName };

    const erase = new TributaryFunction<typeof EraseUserEnvironment>(this, 'EraseUser', foundation, {
      code: 'accounts/erase-user',
      trigger: 'request',
      environment,
      impact: 'Requests of people to be erased cannot be taken.',
    });
    ledger.grantEraseUser(erase);
    api.serve(eraseUserRoute, erase);

    const sweep = new TributaryFunction<typeof SweepErasuresEnvironment>(this, 'SweepErasures', foundation, {
      code: 'accounts/sweep-erasures',
      trigger: 'schedule',
      environment,
      impact: 'Erasures that broke off stay unfinished.',
      // It works until just before the next run starts.
      timeoutSeconds: erasureMinutes * 60 - 5,
    });
    ledger.grantSweepErasures(sweep);
    schedules.start('SweepErasures', sweep, everyMinutes(erasureMinutes));

    new ActionableAlarm(this, 'ErasuresFail', {
      topic,
      metric: productMetric(stage, 'ErasuresFailed'),
      when: { above: 0 },
      impact: 'Something that is known of a person who asked to be erased is still there.',
      runbook: 'An erasure does not finish',
    });
  }

  private addExport(foundation: Foundation & { boards: BoardTable }): void {
    const { ledger, boards, api } = foundation;
    const exportUser = new TributaryFunction<typeof ExportUserEnvironment>(this, 'ExportUser', foundation, {
      code: 'accounts/export-user',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName, BOARDS_TABLE: boards.table.tableName },
      impact: 'People do not get the copy of their data that the law gives them.',
    });
    ledger.grantExportUser(exportUser);
    boards.grantExport(exportUser);
    api.serve(exportUserRoute, exportUser);
  }
}
