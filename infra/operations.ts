import { Duration } from 'aws-cdk-lib';
import { Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type {
  AuditLedgerEnvironment,
  DecideParkedEventEnvironment,
  GetAuditEnvironment,
  GetRefundEvidenceEnvironment,
  GrantCoinsEnvironment,
  ListParkedEventsEnvironment,
  SetWalletStatusEnvironment,
} from '../shared/operations/environments.ts';
import { decideParkedEventRoute, listParkedEventsRoute } from '../shared/operations/parked-event-routes.ts';
import { getRefundEvidenceRoute } from '../shared/operations/refund-evidence-routes.ts';
import { getAuditRoute, grantCoinsRoute, setWalletStatusRoute } from '../shared/operations/routes.ts';
import { ActionableAlarm } from './alarm.ts';
import { Capability } from './capability.ts';
import type { Foundation } from './foundation.ts';
import { TributaryFunction } from './function.ts';
import { productMetric } from './metrics.ts';
import { everyMinutes } from './schedules.ts';

/** The longest that Lambda gives a function. Each run goes on with an audit under way, or begins the one of the day. */
const auditMinutes = 15;

/** What operators do, the audit, and the alarms of what all capabilities share. */
export class Operations extends Capability {
  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id, foundation, 'what operators do');
    this.addRoutes(foundation);
    this.addParkedEvents(foundation);
    this.addEvidence(foundation);
    this.addAudit(foundation);
    this.alarmOnAudit(foundation);
    this.alarmOnProviders(foundation);
    this.alarmOnPlumbing(foundation);
  }

  private addRoutes(foundation: Foundation): void {
    const { ledger, api } = foundation;

    const setWalletStatus = new TributaryFunction<typeof SetWalletStatusEnvironment>(
      this,
      'SetWalletStatus',
      foundation,
      {
        code: 'operations/set-wallet-status',
        trigger: 'request',
        environment: { LEDGER_TABLE: ledger.table.tableName },
        impact: 'Operators cannot freeze wallets or set them free.',
      },
    );
    ledger.grantSetWalletStatus(setWalletStatus);
    api.serve(setWalletStatusRoute, setWalletStatus);

    const grantCoins = new TributaryFunction<typeof GrantCoinsEnvironment>(this, 'GrantCoins', foundation, {
      code: 'operations/grant-coins',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName, CATALOG_TABLE: ledger.catalog.tableName },
      impact: 'Operators cannot grant coins.',
    });
    ledger.grantGrantCoins(grantCoins);
    api.serve(grantCoinsRoute, grantCoins);
  }

  private addParkedEvents(foundation: Foundation): void {
    const { ledger, api } = foundation;
    const list = new TributaryFunction<typeof ListParkedEventsEnvironment>(this, 'ListParkedEvents', foundation, {
      code: 'operations/list-parked-events',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName },
      impact: 'Operators do not see which events wait for them.',
    });
    ledger.grantListParkedEvents(list);
    api.serve(listParkedEventsRoute, list);

    const decide = new TributaryFunction<typeof DecideParkedEventEnvironment>(this, 'DecideParkedEvent', foundation, {
      code: 'operations/decide-parked-event',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName, CATALOG_TABLE: ledger.catalog.tableName },
      impact: 'Operators can neither replay parked events nor close them.',
      timeoutSeconds: 15,
    });
    ledger.grantDecideParkedEvent(decide);
    api.serve(decideParkedEventRoute, decide);
  }

  private addEvidence(foundation: Foundation): void {
    const { ledger, api } = foundation;
    const evidence = new TributaryFunction<typeof GetRefundEvidenceEnvironment>(this, 'GetRefundEvidence', foundation, {
      code: 'operations/get-refund-evidence',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName },
      impact: 'Operators do not see what became of disputed coins, and answer a dispute without evidence.',
      // A statement is read back from its latest line, a few thousand lines a second.
      timeoutSeconds: 25,
    });
    ledger.grantGetRefundEvidence(evidence);
    api.serve(getRefundEvidenceRoute, evidence);
  }

  private addAudit(foundation: Foundation): void {
    const { ledger, api, schedules } = foundation;

    const auditLedger = new TributaryFunction<typeof AuditLedgerEnvironment>(this, 'AuditLedger', foundation, {
      code: 'operations/audit-ledger',
      trigger: 'schedule',
      environment: { LEDGER_TABLE: ledger.table.tableName },
      impact: 'Nobody knows today whether the books balance.',
      // It reads until just before the next run starts, which goes on from there, on one whole processor.
      timeoutSeconds: auditMinutes * 60 - 5,
      memoryMegabytes: 1769,
    });
    ledger.grantAuditLedger(auditLedger);
    schedules.start('Audit', auditLedger, everyMinutes(auditMinutes));

    const getAudit = new TributaryFunction<typeof GetAuditEnvironment>(this, 'GetLatestAudit', foundation, {
      code: 'operations/get-audit',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName },
      impact: 'Operators do not see what the last audit found.',
    });
    ledger.grantGetAudit(getAudit);
    api.serve(getAuditRoute, getAudit);
  }

  private alarmOnAudit({ stage, alarmTopic: topic }: Foundation): void {
    new ActionableAlarm(this, 'BooksDiffer', {
      topic,
      metric: productMetric(stage, 'AuditDifferences'),
      when: { above: 0 },
      impact: 'Some balance is not the sum of its entries: coins, diamonds or cash were lost or doubled.',
      runbook: 'The audit found differences',
    });
    new ActionableAlarm(this, 'AuditUnsettled', {
      topic,
      metric: productMetric(stage, 'AuditUnsettled', { minutes: 1_440 }),
      when: { above: 0 },
      // One day of restless traffic is nothing; after three, nobody has known for too long whether these balances are right.
      periods: 3,
      impact: 'For three days nobody knows of some busy wallet or creator whether its balance is right.',
      runbook: 'The audit could not settle something',
    });
    new ActionableAlarm(this, 'AuditMissing', {
      topic,
      metric: productMetric(stage, 'AuditsCompleted', { minutes: 60 }),
      when: { below: 1 },
      // An audit begins every 24 hours; the 25th hour is for one that takes its time.
      periods: 25,
      missingData: TreatMissingData.BREACHING,
      impact: 'Nobody knows today whether the books balance.',
      runbook: 'No audit was completed',
    });
  }

  private alarmOnProviders({ stage, alarmTopic: topic }: Foundation): void {
    new ActionableAlarm(this, 'EventsParked', {
      topic,
      metric: productMetric(stage, 'EventsParked'),
      when: { above: 0 },
      impact: 'Somebody has paid, or was paid, and the ledger does not show it until an operator decides.',
      runbook: 'A provider event is parked',
    });
    new ActionableAlarm(this, 'LookUpsFailed', {
      topic,
      metric: productMetric(stage, 'RechargeLookUpsFailed', { minutes: 15 }),
      when: { above: 10 },
      impact: 'Payments whose webhook was lost are not found, so their fans wait for their coins.',
      runbook: 'Payments cannot be looked up',
    });
    new ActionableAlarm(this, 'WebhooksRejected', {
      topic,
      metric: productMetric(stage, 'WebhooksRejected', { minutes: 15 }),
      when: { above: 20 },
      impact: 'Events of a payment provider are not believed: if they are real, coins and payouts are late.',
      runbook: 'Webhooks are rejected',
    });
  }

  private alarmOnPlumbing({ alarmTopic: topic, api, ledger }: Foundation): void {
    const period = Duration.minutes(1);
    new ActionableAlarm(this, 'ApiFaults', {
      topic,
      metric: api.api.metricServerError({ statistic: 'Sum', period }),
      when: { above: 5 },
      periods: 3,
      impact: 'Apps get errors and must repeat their requests; people see that something does not work.',
      runbook: 'The API answers with errors',
    });
    new ActionableAlarm(this, 'LedgerThrottled', {
      topic,
      metric: ledger.writeThrottles(period),
      when: { above: 50 },
      periods: 3,
      impact: 'Gifts and credits are slowed down, and some requests are answered with 503.',
      runbook: 'The ledger is throttled',
    });
    new ActionableAlarm(this, 'FunctionsThrottled', {
      topic,
      // Without a dimension it counts every function of the account in the region, which share the limit.
      metric: new Metric({ namespace: 'AWS/Lambda', metricName: 'Throttles', statistic: 'Sum', period }),
      when: { above: 0 },
      periods: 3,
      impact: 'Requests are refused because too many functions run at once in the account.',
      runbook: 'Functions are throttled',
    });
  }
}
