import type { Construct } from 'constructs';
import type { Route } from '../shared/http/route.ts';
import type { StatementsEnvironment } from '../shared/statements/environments.ts';
import { getStatementRoute, getTaxYearRoute, summarizeEarningsRoute } from '../shared/statements/routes.ts';
import { ActionableAlarm } from './alarm.ts';
import { Capability } from './capability.ts';
import type { Foundation } from './foundation.ts';
import { TributaryFunction } from './function.ts';
import { productMetric } from './metrics.ts';
import { everyMinutes } from './schedules.ts';

type Reader = { code: `statements/${string}`; route: Route; impact: string };

/** What creators earned and were paid, added up by days. */
export class Statements extends Capability {
  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id, foundation, 'what creators earned');
    this.addReader('GetEarningsSummary', foundation, {
      code: 'statements/get-earnings-summary',
      route: summarizeEarningsRoute,
      impact: 'Creators do not see their earnings by the day.',
    });
    this.addReader('GetStatement', foundation, {
      code: 'statements/get-statement',
      route: getStatementRoute,
      impact: 'Creators do not see their monthly statements.',
    });
    this.addReader('GetTaxYear', foundation, {
      code: 'statements/get-tax-year',
      route: getTaxYearRoute,
      impact: 'Nobody sees what creators were paid in a year.',
    });
    this.addJob(foundation);
  }

  private addReader(id: string, foundation: Foundation, { code, route, impact }: Reader): void {
    const { ledger, api } = foundation;
    const reader = new TributaryFunction<typeof StatementsEnvironment>(this, id, foundation, {
      code,
      trigger: 'request',
      environment: tablesOf(foundation),
      impact,
      // Days that nobody has asked for yet are added up first, for five seconds at most.
      timeoutSeconds: 20,
    });
    ledger.grantReadStatements(reader);
    api.serve(route, reader);
  }

  private addJob(foundation: Foundation): void {
    const { ledger, schedules, stage, alarmTopic: topic } = foundation;
    const impact = 'Creators with very many gifts wait for their summaries and statements.';
    const addUpDays = new TributaryFunction<typeof StatementsEnvironment>(this, 'AddUpDays', foundation, {
      code: 'statements/add-up-days',
      trigger: 'schedule',
      environment: tablesOf(foundation),
      impact,
      // It works until just before the next run starts.
      timeoutSeconds: 55,
    });
    ledger.grantAddUpDays(addUpDays);
    schedules.start('AddUpDays', addUpDays, everyMinutes(1));
    new ActionableAlarm(this, 'DaysNotAddedUp', {
      topic,
      metric: productMetric(stage, 'DaysNotAddedUp'),
      when: { above: 0 },
      impact: 'A creator gets no summary, no statement and no yearly totals.',
      runbook: 'Days cannot be added up',
    });
  }
}

function tablesOf({ ledger }: Foundation) {
  return { LEDGER_TABLE: ledger.table.tableName, CATALOG_TABLE: ledger.catalog.tableName };
}
