import { ChangeMessageVisibilityBatchCommand } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { flushMetrics, logger } from '../observability.ts';
import type { Queue } from './send-messages.ts';

/**
 * What the queue says of a message, besides its body. `receives` is how often it was received in all; 1 for one that only came
 * along with others of its group until now, none of which was done before.
 */
export type Arrival = { receives: number; sentAt: Date; now: Date };

/** `later` keeps the message, and all of its group behind it, for so long. */
export type Handled = 'done' | { laterSeconds: number };

/**
 * One function behind a FIFO queue. The groups of a batch are handled side by side, the messages of one group one after
 * another; the first that is not done ends its group's turn, so that no message overtakes another of its group.
 */
export function orderedQueueWorker<Message extends z.ZodMiniType>(
  queue: Queue,
  schema: Message,
  handle: (message: z.output<Message>, arrival: Arrival) => Promise<Handled>,
) {
  return middy<SQSEvent, SQSBatchResponse, Error, Context>().handler(async ({ Records }): Promise<SQSBatchResponse> => {
    const groups = Map.groupBy(Records, ({ attributes }) => attributes.MessageGroupId);
    const left = await Promise.all([...groups.values()].map((group) => handleGroup(group)));
    flushMetrics();
    return { batchItemFailures: left.flat().map(({ messageId }) => ({ itemIdentifier: messageId })) };
  });

  /** Gives the messages that stay in the queue. */
  async function handleGroup(group: SQSRecord[]): Promise<SQSRecord[]> {
    for (const [position, record] of group.entries()) {
      const rest = group.slice(position);
      try {
        const arrival = { ...arrivalOf(record), ...(position > 0 && { receives: 1 }) };
        const handled = await handle(z.parse(schema, JSON.parse(record.body)), arrival);
        if (handled === 'done') continue;
        await keepFor(queue, rest, handled.laterSeconds);
      } catch (error) {
        logger.error('message failed', { messageId: record.messageId, error: error as Error });
      }
      return rest;
    }
    return [];
  }
}

function arrivalOf({ attributes }: SQSRecord): Arrival {
  return {
    receives: Number(attributes.ApproximateReceiveCount),
    sentAt: new Date(Number(attributes.SentTimestamp)),
    now: new Date(),
  };
}

/** The rest of a group must be back no earlier than its first: while one is out, SQS gives out none of the group. */
async function keepFor(queue: Queue, records: SQSRecord[], seconds: number): Promise<void> {
  const Entries = records.map(({ receiptHandle }, position) => ({
    Id: String(position),
    ReceiptHandle: receiptHandle,
    VisibilityTimeout: seconds,
  }));
  const { Failed = [] } = await queue.client.send(
    new ChangeMessageVisibilityBatchCommand({ QueueUrl: queue.url, Entries }),
  );
  if (Failed.length > 0) logger.warn('messages come back at the time of the queue', { failed: Failed.length });
}
