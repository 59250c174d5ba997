import { Duration } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type {
  CreditGiftsEnvironment,
  GetEarningsEnvironment,
  ListCreatorEntriesEnvironment,
  PutCreatorEnvironment,
  RelayGiftsEnvironment,
  ReverseGiftsEnvironment,
  SweepOutboxesEnvironment,
} from '../shared/earnings/environments.ts';
import { getEarningsRoute, listCreatorEntriesRoute, putCreatorRoute } from '../shared/earnings/routes.ts';
import { headKey, walletKeyPrefix } from '../shared/store/keys.ts';
import { acknowledge } from './acknowledge.ts';
import { ActionableAlarm } from './alarm.ts';
import type { Foundation } from './foundation.ts';
import { TributaryFunction } from './function.ts';
import { productMetric } from './metrics.ts';
import { WorkQueue } from './queue.ts';
import { everyMinutes } from './schedules.ts';

const creditTimeoutSeconds = 30;

/** Gifts become diamonds: wallet outbox → stream → relay → credits queue → creator's balance. */
export class Earnings extends Construct {
  /** How far the relay is behind the ledger's stream, in milliseconds. */
  readonly relayAge: Metric;
  readonly credits: WorkQueue;

  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id);
    this.credits = new WorkQueue(this, 'Credits', foundation, {
      workerTimeoutSeconds: creditTimeoutSeconds,
      receives: 10,
      lateAfterSeconds: 120,
      mostWaiting: 20_000,
      impactOfWaiting: 'Creators see their diamonds late.',
      impactOfGivingUp: 'Some gifts are not credited to their creators; none is lost.',
    });
    const relayGifts = this.addRelay(foundation);
    this.relayAge = relayGifts.lambda.metric('IteratorAge', { statistic: 'Maximum', period: Duration.minutes(1) });
    this.addCrediting(foundation);
    this.addSweep(foundation);
    this.addReversals(foundation);
    this.addRoutes(foundation);
    this.addAlarms(foundation);
  }

  private addRelay(foundation: Foundation): TributaryFunction<typeof RelayGiftsEnvironment> {
    const { ledger, stage } = foundation;
    const relay = new TributaryFunction<typeof RelayGiftsEnvironment>(this, 'RelayGifts', foundation, {
      code: 'earnings/relay-gifts',
      trigger: 'stream',
      environment: { LEDGER_TABLE: ledger.table.tableName, CREDITS_QUEUE_URL: this.credits.queue.queueUrl },
      impact: 'Gifts are debited but reach their creators late.',
      timeoutSeconds: 60,
    });
    ledger.grantRelayGifts(relay);
    this.credits.grantSend(relay);
    const stream = new EventSourceMapping(this, 'Outboxes', {
      target: relay.lambda,
      eventSourceArn: ledger.streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 500,
      maxBatchingWindow: Duration.seconds(1),
      parallelizationFactor: stage.relaysPerShard,
      reportBatchItemFailures: true,
      // Without a limit of attempts or age it never gives up while the stream keeps the record, which is 24 hours.
      filters: [
        FilterCriteria.filter({
          dynamodb: {
            Keys: { pk: { S: FilterRule.beginsWith(walletKeyPrefix) }, sk: { S: FilterRule.isEqual(headKey) } },
          },
        }),
      ],
    });
    acknowledge(stream, {
      'Serverless-LambdaEventSourceMappingDestination':
        'A destination could only repeat what the outbox of the wallet already keeps; the sweep sends from there what the stream lost.',
    });
    return relay;
  }

  private addCrediting(foundation: Foundation): void {
    const { ledger, stage } = foundation;
    const creditGifts = new TributaryFunction<typeof CreditGiftsEnvironment>(this, 'CreditGifts', foundation, {
      code: 'earnings/credit-gifts',
      trigger: 'queue',
      environment: { LEDGER_TABLE: ledger.table.tableName, MATURITY_DAYS: String(stage.maturityDays) },
      impact: 'Creators see their diamonds late.',
      timeoutSeconds: creditTimeoutSeconds,
    });
    ledger.grantCreditGifts(creditGifts);
    this.credits.deliverTo(creditGifts, { batchSize: 10, concurrency: 200 });
  }

  private addSweep(foundation: Foundation): void {
    const { ledger, stage, schedules } = foundation;
    const sweepOutboxes = new TributaryFunction<typeof SweepOutboxesEnvironment>(this, 'SweepOutboxes', foundation, {
      code: 'earnings/sweep-outboxes',
      trigger: 'schedule',
      environment: {
        LEDGER_TABLE: ledger.table.tableName,
        CREDITS_QUEUE_URL: this.credits.queue.queueUrl,
        STALE_AFTER_SECONDS: String(stage.outboxStaleSeconds),
      },
      impact: 'Gifts that were lost on their way to a creator are not found again.',
      // It works until just before the next run starts.
      timeoutSeconds: stage.outboxSweepMinutes * 60 - 5,
    });
    ledger.grantSweepOutboxes(sweepOutboxes);
    this.credits.grantSend(sweepOutboxes);
    schedules.start('SweepOutboxes', sweepOutboxes, everyMinutes(stage.outboxSweepMinutes));
  }

  private addReversals(foundation: Foundation): void {
    const { ledger, stage, schedules } = foundation;
    const reverseGifts = new TributaryFunction<typeof ReverseGiftsEnvironment>(this, 'ReverseGifts', foundation, {
      code: 'earnings/reverse-gifts',
      trigger: 'schedule',
      environment: {
        LEDGER_TABLE: ledger.table.tableName,
        CATALOG_TABLE: ledger.catalog.tableName,
        MATURITY_DAYS: String(stage.maturityDays),
      },
      impact: 'Creators keep diamonds of gifts whose payment went back, and may withdraw them.',
      // It works until just before the next run starts.
      timeoutSeconds: 55,
    });
    ledger.grantReverseGifts(reverseGifts);
    schedules.start('ReverseGifts', reverseGifts, everyMinutes(1));
  }

  private addRoutes(foundation: Foundation): void {
    const { ledger, api } = foundation;

    const putCreator = new TributaryFunction<typeof PutCreatorEnvironment>(this, 'PutCreator', foundation, {
      code: 'earnings/put-creator',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName },
      impact: 'Creators cannot be registered or changed, so new ones receive no gifts.',
    });
    ledger.grantPutCreator(putCreator);
    api.serve(putCreatorRoute, putCreator);

    const getEarnings = new TributaryFunction<typeof GetEarningsEnvironment>(this, 'GetEarnings', foundation, {
      code: 'earnings/get-earnings',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName, CATALOG_TABLE: ledger.catalog.tableName },
      impact: 'Creators do not see their diamonds.',
    });
    ledger.grantGetEarnings(getEarnings);
    api.serve(getEarningsRoute, getEarnings);

    const listCreatorEntries = new TributaryFunction<typeof ListCreatorEntriesEnvironment>(
      this,
      'ListCreatorEntries',
      foundation,
      {
        code: 'earnings/list-creator-entries',
        trigger: 'request',
        environment: { LEDGER_TABLE: ledger.table.tableName },
        impact: 'Creators do not see their statement.',
      },
    );
    ledger.grantListCreatorEntries(listCreatorEntries);
    api.serve(listCreatorEntriesRoute, listCreatorEntries);
  }

  private addAlarms({ stage, alarmTopic: topic }: Foundation): void {
    new ActionableAlarm(this, 'RelayBehind', {
      topic,
      metric: this.relayAge,
      when: { above: 60_000 },
      periods: 3,
      impact: 'Gifts reach their creators more than a minute late.',
      runbook: 'The relay is behind',
    });
    new ActionableAlarm(this, 'OutboxOld', {
      topic,
      metric: productMetric(stage, 'OutboxAge', { statistic: 'Maximum' }),
      when: { above: 900 },
      impact: 'A gift was debited more than 15 minutes ago and its creator has not been credited.',
      runbook: 'A gift waits for its credit',
    });
    new ActionableAlarm(this, 'RecordsUnreadable', {
      topic,
      metric: productMetric(stage, 'UnreadableRecords'),
      when: { above: 0 },
      impact: 'The gifts of some wallet are not credited, because the wallet cannot be read.',
      runbook: 'A wallet cannot be read',
    });
    new ActionableAlarm(this, 'ReversalsFail', {
      topic,
      metric: productMetric(stage, 'ReversalsFailed'),
      when: { above: 0 },
      impact: 'A creator keeps diamonds of gifts whose payment went back, and may withdraw them.',
      runbook: 'A reversal fails',
    });
  }
}
