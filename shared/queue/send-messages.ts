import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, SQSClient } from '@aws-sdk/client-sqs';
import { patience } from '../aws-patience.ts';
import { logger } from '../observability.ts';

export type Queue = { client: SQSClient; url: string };

export function connectQueue(url: string): Queue {
  return { client: new SQSClient(patience), url };
}

export type Outgoing = {
  body: unknown;
  /** Messages of one group share the queue fairly with those of others; order is not kept. */
  group: string;
  /** For FIFO queues, which do keep the order: of messages with the same one, sent within five minutes, the first counts. */
  deduplicationId?: string;
};

/** SQS's limits of one SendMessageBatch: ten messages and 1 MiB of bodies. */
const messagesPerBatch = 10;
const bytesPerBatch = 1_000_000;

/**
 * Sends the messages and says which (by position) were not taken. A call that fails as a whole fails all of its
 * messages: they may have arrived, and the receiver takes each once anyway.
 */
export async function sendMessages(queue: Queue, messages: Outgoing[]): Promise<Set<number>> {
  const failed = new Set<number>();
  const entries = messages.map(({ body, group, deduplicationId }, position) => ({
    Id: String(position),
    MessageBody: JSON.stringify(body),
    MessageGroupId: groupIdOf(group),
    ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
  }));
  await Promise.all(
    batchesOf(entries).map(async (batch) => {
      try {
        const { Failed } = await queue.client.send(
          new SendMessageBatchCommand({ QueueUrl: queue.url, Entries: batch }),
        );
        for (const { Id, Code } of Failed ?? []) {
          logger.warn('the queue refused a message', { code: Code });
          failed.add(Number(Id));
        }
      } catch (error) {
        logger.warn('the queue took no messages', { error: error as Error });
        for (const { Id } of batch) failed.add(Number(Id));
      }
    }),
  );
  return failed;
}

/** @throws Error when the queue did not take the message. */
export async function sendMessage(queue: Queue, message: Outgoing): Promise<void> {
  const failed = await sendMessages(queue, [message]);
  if (failed.size > 0) throw new QueueUnavailable('The queue did not take the message.');
}

/** What was to be done is recorded, but its message was not taken; repeating the request sends it again. */
class QueueUnavailable extends Error {
  override readonly name = 'ServiceUnavailable';
}

/** A group id may have 128 letters, digits and punctuation; the app's ids are such already. */
function groupIdOf(group: string): string {
  return group.slice(0, 128);
}

function batchesOf<Entry extends SendMessageBatchRequestEntry>(entries: Entry[]): Entry[][] {
  const batches: Entry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.MessageBody ?? '');
    const open = batches.at(-1);
    if (open && open.length < messagesPerBatch && bytes + size <= bytesPerBatch) {
      open.push(entry);
      bytes += size;
    } else {
      batches.push([entry]);
      bytes = size;
    }
  }
  return batches;
}
