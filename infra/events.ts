import { Duration } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { EventSourceMapping, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { AnnounceChangesEnvironment, DeliverWebhookEnvironment } from '../shared/events/environments.ts';
import { eventSource } from '../shared/events/event-bus.ts';
import { acknowledge } from './acknowledge.ts';
import { ActionableAlarm } from './alarm.ts';
import type { Foundation } from './foundation.ts';
import { TributaryFunction } from './function.ts';
import { productMetric, serviceName } from './metrics.ts';
import { WorkQueue } from './queue.ts';
import { SigningSecret } from './signing-secret.ts';
import { streamFilters } from './stream-filters.ts';
import { WebhookOperations } from './webhook-operations.ts';

/** Ten webhooks of one group, one after another, at five seconds each. */
const deliveryTimeoutSeconds = 60;

/** What is committed is told to other systems: on a bus, and to the app's own endpoints. */
export class Events extends Construct {
  readonly bus: EventBus;
  readonly webhooks: WorkQueue;
  readonly signing: SigningSecret;
  /** How far the announcer is behind the ledger's stream, in milliseconds. */
  readonly announcerAge: Metric;

  constructor(scope: Construct, id: string, foundation: Foundation & { scores: WorkQueue }) {
    super(scope, id);
    const { stage } = foundation;
    this.bus = new EventBus(this, 'Bus', { eventBusName: serviceName(stage) });
    this.bus.archive('Archive', {
      description: `All events of ${serviceName(stage)}`,
      eventPattern: { source: [eventSource] },
      retention: Duration.days(stage.events.archiveDays),
    });
    this.webhooks = new WorkQueue(this, 'Webhooks', foundation, {
      workerTimeoutSeconds: deliveryTimeoutSeconds,
      // The worker gives up by age; this is for messages whose worker never comes to an end.
      receives: 100,
      lateAfterSeconds: 3_600,
      mostWaiting: 20_000,
      impactOfWaiting:
        "One of the app's webhook endpoints does not answer, or not fast enough: the app learns late what happened.",
      impactOfGivingUp: 'The app was not told of some events by webhook; an operator can send them again.',
      ordered: true,
    });
    this.signing = new SigningSecret(this, 'Signing', { ...foundation, signs: 'webhooks to the app' });
    const announcer = this.addAnnouncer(foundation);
    this.announcerAge = announcer.lambda.metric('IteratorAge', { statistic: 'Maximum', period: Duration.minutes(1) });
    this.addDelivery(foundation);
    new WebhookOperations(this, 'Operations', {
      ...foundation,
      signing: this.signing,
      webhooks: this.webhooks,
    });
    this.addAlarms(foundation);
  }

  private addAnnouncer(
    foundation: Foundation & { scores: WorkQueue },
  ): TributaryFunction<typeof AnnounceChangesEnvironment> {
    const { ledger, stage, scores } = foundation;
    const announcer = new TributaryFunction<typeof AnnounceChangesEnvironment>(this, 'AnnounceChanges', foundation, {
      code: 'events/announce-changes',
      trigger: 'stream',
      environment: {
        LEDGER_TABLE: ledger.table.tableName,
        CATALOG_TABLE: ledger.catalog.tableName,
        EVENT_BUS: this.bus.eventBusName,
        WEBHOOKS_QUEUE_URL: this.webhooks.queue.queueUrl,
        SCORES_QUEUE_URL: scores.queue.queueUrl,
        ANNOUNCED_TYPES: stage.events.announced.join(','),
      },
      impact: 'Other systems learn late what happened, and leaderboards stand still; money is not touched.',
      timeoutSeconds: 60,
      // It works on one batch of a shard after another, and a shard takes 1,000 changes of wallets a second: more memory is more processor.
      memoryMegabytes: 1_024,
    });
    ledger.grantAnnounceChanges(announcer);
    this.webhooks.grantSend(announcer);
    scores.grantSend(announcer);
    announcer.allow({ actions: ['events:PutEvents'], resources: [this.bus.eventBusArn] });
    // With the relay it is one of the two readers that a shard of a DynamoDB stream takes.
    const stream = new EventSourceMapping(this, 'Changes', {
      target: announcer.lambda,
      eventSourceArn: ledger.streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 500,
      maxBatchingWindow: Duration.seconds(1),
      // With several batches of a shard at once Lambda keeps the order of each item only, and a subject's events come from several.
      parallelizationFactor: 1,
      reportBatchItemFailures: true,
      // Without a limit of attempts or age it never gives up while the stream keeps the record, which is 24 hours.
      filters: streamFilters(stage.events.announced),
    });
    acknowledge(stream, {
      'Serverless-LambdaEventSourceMappingDestination':
        'A destination could only repeat what the ledger already keeps; operators tell events again from there.',
    });
    return announcer;
  }

  private addDelivery(foundation: Foundation): void {
    const { ledger } = foundation;
    const deliver = new TributaryFunction<typeof DeliverWebhookEnvironment>(this, 'DeliverWebhook', foundation, {
      code: 'events/deliver-webhook',
      trigger: 'queue',
      environment: {
        LEDGER_TABLE: ledger.table.tableName,
        WEBHOOKS_QUEUE: this.webhooks.queue.queueUrl,
        DEAD_WEBHOOKS_QUEUE_URL: this.webhooks.deadLetters.queueUrl,
        WEBHOOK_SIGNING_SECRET_ID: this.signing.secret.secretArn,
        WEBHOOK_TARGETS: 'public',
      },
      impact: 'The app is not told of events by webhook.',
      timeoutSeconds: deliveryTimeoutSeconds,
    });
    ledger.grantDeliverWebhook(deliver);
    this.signing.grantRead(deliver);
    this.webhooks.grantGiveUp(deliver);
    this.webhooks.grantPause(deliver);
    this.webhooks.deliverTo(deliver, { batchSize: 10, concurrency: 50 });
  }

  private addAlarms({ stage, alarmTopic: topic }: Foundation): void {
    new ActionableAlarm(this, 'AnnouncerBehind', {
      topic,
      metric: this.announcerAge,
      when: { above: 300_000 },
      periods: 3,
      impact: 'Other systems learn more than five minutes late what happened.',
      runbook: 'Events go out late',
    });
    new ActionableAlarm(this, 'EventsUnreadable', {
      topic,
      metric: productMetric(stage, 'EventsUnreadable'),
      when: { above: 0 },
      impact: 'Some change of the ledger was not told to other systems, because it cannot be read.',
      runbook: 'An event did not go out',
    });
    new ActionableAlarm(this, 'EventsRefused', {
      topic,
      metric: productMetric(stage, 'EventsRefused'),
      when: { above: 0 },
      impact: 'Some event is not on the bus, because EventBridge does not take it.',
      runbook: 'An event did not go out',
    });
    new ActionableAlarm(this, 'EndpointGone', {
      topic,
      metric: productMetric(stage, 'WebhookEndpointsGone'),
      when: { above: 0 },
      impact: "One of the app's webhook endpoints said that it is gone, and gets nothing more.",
      runbook: 'A webhook endpoint is gone',
    });
  }
}
