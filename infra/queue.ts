import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type * as z from 'zod/mini';
import { acknowledge } from './acknowledge.ts';
import { ActionableAlarm } from './alarm.ts';
import type { Ground } from './foundation.ts';
import type { TributaryFunction } from './function.ts';

export type WorkQueueProps = {
  /** The time-out of the function that works on it. */
  workerTimeoutSeconds: number;
  /** A message that failed this often goes to the dead-letter queue. */
  receives: number;
  /** A message that has waited this long is late. */
  lateAfterSeconds: number;
  /** More messages than this mean that the worker does not keep up. */
  mostWaiting: number;
  /** What people notice when messages wait, in a sentence. */
  impactOfWaiting: string;
  /** What people notice when messages were given up, in a sentence. */
  impactOfGivingUp: string;
  /** Whether the messages of a group keep their order. Groups don't wait for each other. */
  ordered?: boolean;
};

/** AWS asks for six times the worker's time-out, so that no message is given out again while it is worked on. */
const visibilityPerTimeout = 6;

const encrypted = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };

/** The order is kept, and repetitions are told apart, within a group only: that is what lets a FIFO queue be fast. */
const ordered = {
  fifo: true,
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
};

/** A queue with its dead-letter queue and the alarms of both. Its messages can be sent and done any number of times. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  private readonly workerTimeoutSeconds: number;

  constructor(scope: Construct, id: string, ground: Ground, props: WorkQueueProps) {
    super(scope, id);
    this.workerTimeoutSeconds = props.workerTimeoutSeconds;
    this.deadLetters = new Queue(this, 'DeadLetters', {
      ...encrypted,
      ...(props.ordered && ordered),
      // A message keeps the age it had: this must be longer than the queue's own, or it would vanish on arrival.
      retentionPeriod: Duration.days(14),
      removalPolicy: ground.stage.isProtected ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    acknowledge(this.deadLetters, {
      'Serverless-SQSRedrivePolicy': 'It is the dead-letter queue; an operator redrives it by hand.',
    });
    this.queue = new Queue(this, 'Queue', {
      ...encrypted,
      ...(props.ordered && ordered),
      retentionPeriod: Duration.days(4),
      visibilityTimeout: Duration.seconds(visibilityPerTimeout * props.workerTimeoutSeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.receives },
    });
    this.addAlarms(ground, props);
  }

  /** Sends, and nothing else. */
  grantSend(sender: TributaryFunction<z.ZodMiniObject>): void {
    sender.allow({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] });
  }

  /** Sends to the dead letters what its worker gives up by itself. */
  grantGiveUp(worker: TributaryFunction<z.ZodMiniObject>): void {
    worker.allow({ actions: ['sqs:SendMessage'], resources: [this.deadLetters.queueArn] });
  }

  /** Says of messages that it has when they come back. */
  grantPause(worker: TributaryFunction<z.ZodMiniObject>): void {
    worker.allow({ actions: ['sqs:ChangeMessageVisibility'], resources: [this.queue.queueArn] });
  }

  /** Moves dead letters back. */
  grantRedrive(sender: TributaryFunction<z.ZodMiniObject>): void {
    sender.allow({ actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage'], resources: [this.deadLetters.queueArn] });
    this.grantSend(sender);
  }

  /** Hands batches of messages to the worker, which reports those that failed. */
  deliverTo(
    worker: TributaryFunction<z.ZodMiniObject>,
    { batchSize, windowSeconds = 0, concurrency }: { batchSize: number; windowSeconds?: number; concurrency: number },
  ): void {
    if (worker.timeoutSeconds !== this.workerTimeoutSeconds) {
      throw new Error(
        `${worker.node.path} takes ${worker.timeoutSeconds} s, ${this.node.path} was built for ${this.workerTimeoutSeconds} s.`,
      );
    }
    worker.allow({
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      resources: [this.queue.queueArn],
    });
    const mapping = new EventSourceMapping(this, 'Delivery', {
      target: worker.lambda,
      eventSourceArn: this.queue.queueArn,
      batchSize,
      ...(windowSeconds > 0 && { maxBatchingWindow: Duration.seconds(windowSeconds) }),
      maxConcurrency: concurrency,
      reportBatchItemFailures: true,
    });
    acknowledge(mapping, {
      'Serverless-LambdaEventSourceMappingDestination':
        'SQS sources have none: a message that keeps failing goes to the dead-letter queue.',
    });
  }

  private addAlarms({ alarmTopic: topic }: Ground, props: WorkQueueProps): void {
    const period = Duration.minutes(1);
    new ActionableAlarm(this, 'MessagesGivenUp', {
      topic,
      metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period }),
      when: { above: 0 },
      impact: props.impactOfGivingUp,
      runbook: 'Messages in a dead-letter queue',
    });
    new ActionableAlarm(this, 'MessagesLate', {
      topic,
      metric: this.queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period }),
      when: { above: props.lateAfterSeconds },
      periods: 3,
      impact: props.impactOfWaiting,
      runbook: 'Messages wait in a queue',
    });
    new ActionableAlarm(this, 'MessagesPileUp', {
      topic,
      metric: this.queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period }),
      when: { above: props.mostWaiting },
      periods: 5,
      impact: props.impactOfWaiting,
      runbook: 'Messages wait in a queue',
    });
  }
}
