import type { Construct } from 'constructs';
import type {
  ListRuleChangesEnvironment,
  SetAgeDoubtEnvironment,
  SetTierEnvironment,
} from '../shared/operations/environments.ts';
import { listRuleChangesRoute, setAgeDoubtRoute, setTierRoute } from '../shared/operations/rule-routes.ts';
import type {
  ExpireLotsEnvironment,
  ReportAgeDoubtEnvironment,
  SetLimitsEnvironment,
  TakeBreakEnvironment,
} from '../shared/users/environments.ts';
import { reportAgeDoubtRoute, setLimitsRoute, takeBreakRoute } from '../shared/users/rule-routes.ts';
import { ActionableAlarm } from './alarm.ts';
import { Capability } from './capability.ts';
import type { Foundation } from './foundation.ts';
import { TributaryFunction } from './function.ts';
import { productMetric } from './metrics.ts';
import { everyMinutes } from './schedules.ts';

/** How often wallets with promotional coins are looked at when some of these have expired. */
const expiryMinutes = 5;

/** What is not for every wallet: limits, breaks, tiers, doubts about an age, and promotional coins that expire. */
export class WalletRules extends Capability {
  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id, foundation, 'rules of wallets');
    this.addOwnRules(foundation);
    this.addAgeDoubts(foundation);
    this.addOperators(foundation);
    this.addExpiry(foundation);
  }

  private addOwnRules(foundation: Foundation): void {
    const { ledger, api } = foundation;
    const environment = { LEDGER_TABLE: ledger.table.tableName, CATALOG_TABLE: ledger.catalog.tableName };

    const setLimits = new TributaryFunction<typeof SetLimitsEnvironment>(this, 'SetLimits', foundation, {
      code: 'users/set-limits',
      trigger: 'request',
      environment,
      impact: 'People cannot limit what they spend.',
    });
    ledger.grantReadCatalog(setLimits);
    ledger.grantChangeRules(setLimits);
    api.serve(setLimitsRoute, setLimits);

    const takeBreak = new TributaryFunction<typeof TakeBreakEnvironment>(this, 'TakeBreak', foundation, {
      code: 'users/take-break',
      trigger: 'request',
      environment,
      impact: 'People who want to stop spending for a while cannot.',
    });
    ledger.grantReadCatalog(takeBreak);
    ledger.grantChangeRules(takeBreak);
    api.serve(takeBreakRoute, takeBreak);
  }

  private addAgeDoubts(foundation: Foundation): void {
    const { ledger, api, stage, alarmTopic: topic } = foundation;

    const report = new TributaryFunction<typeof ReportAgeDoubtEnvironment>(this, 'ReportAgeDoubt', foundation, {
      code: 'users/report-age-doubt',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName },
      impact: 'Somebody who may be a minor goes on spending.',
    });
    ledger.grantChangeRules(report);
    api.serve(reportAgeDoubtRoute, report);

    const set = new TributaryFunction<typeof SetAgeDoubtEnvironment>(this, 'SetAgeDoubt', foundation, {
      code: 'operations/set-age-doubt',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName },
      impact: 'Operators can neither pause the wallets of possible minors nor set those free who proved their age.',
    });
    ledger.grantChangeRules(set);
    api.serve(setAgeDoubtRoute, set);

    new ActionableAlarm(this, 'MinorSuspected', {
      topic,
      metric: productMetric(stage, 'AgeDoubts'),
      when: { above: 0 },
      impact: 'A user who may be a minor is paused until an operator has seen a proof of age.',
      runbook: 'A user may be a minor',
    });
  }

  private addOperators(foundation: Foundation): void {
    const { ledger, api } = foundation;

    const setTier = new TributaryFunction<typeof SetTierEnvironment>(this, 'SetTier', foundation, {
      code: 'operations/set-tier',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName, CATALOG_TABLE: ledger.catalog.tableName },
      impact: "Operators cannot change which of the platform's caps hold for a user.",
    });
    ledger.grantReadCatalog(setTier);
    ledger.grantChangeRules(setTier);
    api.serve(setTierRoute, setTier);

    const list = new TributaryFunction<typeof ListRuleChangesEnvironment>(this, 'ListRuleChanges', foundation, {
      code: 'operations/list-rule-changes',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName },
      impact: "Operators do not see who changed a wallet's rules and why.",
    });
    ledger.grantListRuleChanges(list);
    api.serve(listRuleChangesRoute, list);
  }

  private addExpiry(foundation: Foundation): void {
    const { ledger, schedules, stage, alarmTopic: topic } = foundation;
    const expireLots = new TributaryFunction<typeof ExpireLotsEnvironment>(this, 'ExpireLots', foundation, {
      code: 'users/expire-lots',
      trigger: 'schedule',
      environment: { LEDGER_TABLE: ledger.table.tableName },
      impact: 'Promotional coins that have expired stay in the books; nobody can spend them.',
      // It works until just before the next run starts.
      timeoutSeconds: expiryMinutes * 60 - 5,
    });
    ledger.grantExpireLots(expireLots);
    schedules.start('ExpireLots', expireLots, everyMinutes(expiryMinutes));

    new ActionableAlarm(this, 'ExpiriesFail', {
      topic,
      metric: productMetric(stage, 'ExpiriesFailed'),
      when: { above: 0 },
      impact: 'Promotional coins of some wallet have expired and stay in the books; nobody can spend them.',
      runbook: 'Coins that expired stay in a wallet',
    });
  }
}
