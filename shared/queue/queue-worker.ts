import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { flushMetrics, logger } from '../observability.ts';
import type { JobRun } from './scheduled-job.ts';

/**
 * One function behind a queue. Each message is parsed and handled by itself: one that fails goes back to the queue,
 * and after its last receive to the dead-letter queue, while the others are done.
 */
export function queueWorker<Message extends z.ZodMiniType>(
  schema: Message,
  handle: (message: z.output<Message>, now: Date) => Promise<void>,
) {
  return worker(({ Records }) =>
    Promise.allSettled(Records.map(async (record) => handle(z.parse(schema, JSON.parse(record.body)), new Date()))),
  );
}

/**
 * As `queueWorker`, for messages that are better done together. `handle` gives, at the position of each message, why it failed,
 * or `undefined`; when it throws, all have failed. One that cannot be read is not handed to it.
 */
export function queueBatchWorker<Message extends z.ZodMiniType>(
  schema: Message,
  handle: (messages: z.output<Message>[], run: JobRun) => Promise<unknown[]>,
) {
  return worker(async ({ Records }, context) => {
    const parsed = await Promise.allSettled(Records.map(async ({ body }) => z.parse(schema, JSON.parse(body))));
    const messages = parsed.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const run = { now: new Date(), remainingMilliseconds: () => context.getRemainingTimeInMillis() };
    const reasons = await handle(messages, run).catch((error: unknown) => messages.map(() => error));
    let position = 0;
    return parsed.map((outcome): PromiseSettledResult<unknown> => {
      if (outcome.status === 'rejected') return outcome;
      const reason = reasons[position++];
      return reason === undefined ? outcome : { status: 'rejected', reason };
    });
  });
}

/** `handle` gives the outcome of each record, in their order. */
function worker(handle: (event: SQSEvent, context: Context) => Promise<PromiseSettledResult<unknown>[]>) {
  return middy<SQSEvent, SQSBatchResponse, Error, Context>().handler(
    async (event, context): Promise<SQSBatchResponse> => {
      const outcomes = await handle(event, context);
      const failed = event.Records.filter((record, position) => isFailure(record, outcomes[position]));
      flushMetrics();
      return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    },
  );
}

function isFailure(record: SQSRecord, outcome: PromiseSettledResult<unknown> | undefined): boolean {
  if (outcome?.status !== 'rejected') return false;
  logger.error('message failed', {
    messageId: record.messageId,
    receiveCount: record.attributes.ApproximateReceiveCount,
    error: outcome.reason as Error,
  });
  return true;
}
