import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { logger } from '../observability.ts';
import { sendInOrder } from '../queue/send-in-order.ts';
import type { Queue } from '../queue/send-messages.ts';
import { messageOf, WebhookMessage } from './webhook-message.ts';

type Queues = { deadLetters: Queue; deliveries: Queue };

/**
 * Sends dead letters again, oldest first in each group, until there are none left or the time is over. A letter is removed after
 * it was sent; one that was sent and not removed is sent again, as the same message, which SQS drops or the receiver knows.
 */
export async function redriveDeadLetters(
  { deadLetters, deliveries }: Queues,
  { until }: { until: Date },
): Promise<{ redriven: number; more: boolean }> {
  for (let redriven = 0; ; ) {
    if (Date.now() >= until.getTime()) return { redriven, more: true };
    const letters = await receive(deadLetters);
    if (letters.length === 0) return { redriven, more: false };
    const readable = letters.flatMap(readLetter);
    const failed = await sendInOrder(
      deliveries,
      readable.map(({ letter: { MessageId }, message }) => messageOf(message, MessageId)),
    );
    const sent = readable.filter((_, position) => !failed.has(position)).map(({ letter }) => letter);
    if (sent.length > 0) await remove(deadLetters, sent);
    redriven += sent.length;
    // What was not taken is hidden for the time of the queue, and its group with it.
    if (failed.size > 0) return { redriven, more: true };
  }
}

/** One that cannot be read stays among the dead letters, where its alarm goes on, and must not hold up the others. */
function readLetter(letter: Message): { letter: Message; message: WebhookMessage }[] {
  try {
    return [{ letter, message: z.parse(WebhookMessage, JSON.parse(letter.Body ?? '')) }];
  } catch (error) {
    logger.error('unreadable dead letter', { messageId: letter.MessageId, error: error as Error });
    return [];
  }
}

async function receive({ client, url }: Queue): Promise<Message[]> {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, VisibilityTimeout: 30, WaitTimeSeconds: 1 }),
  );
  return Messages;
}

/** @throws Error when some were not removed: they are sent once more by the next redrive. */
async function remove({ client, url }: Queue, messages: Message[]): Promise<void> {
  const Entries = messages.map(({ ReceiptHandle }, position) => ({ Id: String(position), ReceiptHandle }));
  const { Failed = [] } = await client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }));
  if (Failed.length > 0) throw new Error(`${Failed.length} dead letters were sent again and not removed.`);
}
