import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { flushMetrics, logger } from '../observability.ts';

/**
 * One function behind a queue. Each message is parsed and handled by itself: one that fails goes back to the queue,
 * and after its last receive to the dead-letter queue, while the others are done.
 */
export function queueWorker<Message extends z.ZodMiniType>(
  schema: Message,
  handle: (message: z.output<Message>, now: Date) => Promise<void>,
) {
  return middy<SQSEvent, SQSBatchResponse, Error, Context>().handler(async (event): Promise<SQSBatchResponse> => {
    const outcomes = await Promise.allSettled(
      event.Records.map(async (record) => handle(z.parse(schema, JSON.parse(record.body)), new Date())),
    );
    const failed = event.Records.filter((record, position) => isFailure(record, outcomes[position]));
    flushMetrics();
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  });
}

function isFailure(record: SQSRecord, outcome: PromiseSettledResult<void> | undefined): boolean {
  if (outcome?.status !== 'rejected') return false;
  logger.error('message failed', {
    messageId: record.messageId,
    receiveCount: record.attributes.ApproximateReceiveCount,
    error: outcome.reason as Error,
  });
  return true;
}
