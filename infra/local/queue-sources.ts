import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { failedItems } from './batch-result.ts';
import { pause } from './cancellation.ts';
import { localClientConfig, localRegion } from './credentials.ts';
import type { Matches } from './event-filter.ts';
import type { LocalFunction } from './functions.ts';
import type { EventSource } from './streams.ts';

export interface QueueSourceOptions {
  sqsUrl: string;
  queueUrl: string;
  queueArn: string;
  lambda: LocalFunction;
  batchSize: number;
  batchingWindowSeconds: number;
  /** How many batches may be under way at once. */
  concurrency: number;
  reportsItemFailures: boolean;
  matches: Matches;
  /** When given, failed messages come back after this time and not after the queue's visibility timeout. */
  retryAfterSeconds: number | undefined;
  onLogLine: (line: string) => void;
}

/** The longest that SQS lets a receive wait, and the most messages it gives or takes at once. */
const longPollSeconds = 20;
const messagesPerRequest = 10;

/**
 * Drives a function from a queue. What it handled is deleted; what it did not stays, becomes visible again and, by the
 * queue's own redrive policy, ends in the dead-letter queue.
 */
export function startQueueSource(options: QueueSourceOptions): EventSource {
  const stop = new AbortController();
  const client = new SQSClient(localClientConfig(options.sqsUrl));
  const underWay = new Set<Promise<void>>();

  async function poll(): Promise<void> {
    while (!stop.signal.aborted) {
      if (underWay.size >= options.concurrency) await Promise.race(underWay);
      try {
        const batch = await collect(client, options, stop.signal);
        if (batch.length === 0) continue;
        const handling = handle(client, batch, options).finally(() => underWay.delete(handling));
        underWay.add(handling);
      } catch (error) {
        if (stop.signal.aborted) break;
        options.onLogLine(`receiving from ${options.queueArn} failed, trying again: ${error}`);
        await pause(1_000, stop.signal);
      }
    }
  }

  const polling = poll();
  return {
    async close() {
      stop.abort();
      await polling;
      await Promise.all(underWay);
      client.destroy();
    },
  };
}

/** Waits for a first message, then gathers until the batch is full or its window is over. */
async function collect(client: SQSClient, options: QueueSourceOptions, signal: AbortSignal): Promise<Message[]> {
  const batch = await receive(client, { options, wanted: options.batchSize, waitSeconds: longPollSeconds, signal });
  const windowEndMs = Date.now() + options.batchingWindowSeconds * 1_000;
  while (batch.length > 0 && batch.length < options.batchSize && Date.now() < windowEndMs && !signal.aborted) {
    const more = await receive(client, { options, wanted: options.batchSize - batch.length, waitSeconds: 0, signal });
    batch.push(...more);
    if (more.length === 0) await pause(50, signal);
  }
  return batch;
}

async function receive(
  client: SQSClient,
  request: { options: QueueSourceOptions; wanted: number; waitSeconds: number; signal: AbortSignal },
): Promise<Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: request.options.queueUrl,
    MaxNumberOfMessages: Math.min(messagesPerRequest, request.wanted),
    MessageAttributeNames: ['All'],
    MessageSystemAttributeNames: ['All'],
    WaitTimeSeconds: request.waitSeconds,
  });
  const { Messages = [] } = await client.send(command, { abortSignal: request.signal });
  return Messages;
}

async function handle(client: SQSClient, batch: Message[], options: QueueSourceOptions): Promise<void> {
  try {
    const records = batch.map((message) => queueRecord(message, options.queueArn));
    // Messages that the filter leaves out are done with, as on Lambda.
    const wanted = records.filter((record) => options.matches({ ...record, body: parsedBody(record.body) }));
    const failed = wanted.length === 0 ? new Set<string>() : await invoke(wanted, options);
    const done = batch.filter(({ MessageId = '' }) => !failed.has(MessageId));
    await inChunks(done, (Entries) =>
      client.send(new DeleteMessageBatchCommand({ QueueUrl: options.queueUrl, Entries })),
    );
    const { retryAfterSeconds } = options;
    if (retryAfterSeconds === undefined) return;
    await inChunks(
      batch.filter((message) => !done.includes(message)),
      (entries) => {
        const Entries = entries.map((entry) => ({ ...entry, VisibilityTimeout: retryAfterSeconds }));
        return client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: options.queueUrl, Entries }));
      },
    );
  } catch (error) {
    // The messages become visible again by themselves.
    options.onLogLine(`settling messages of ${options.queueArn} failed: ${error}`);
  }
}

async function invoke(records: QueueRecord[], options: QueueSourceOptions): Promise<Set<string>> {
  const result = await options.lambda.invoke({ Records: records });
  const identifiers = records.map(({ messageId }) => messageId);
  const failed = failedItems(result, { identifiers, reportsItemFailures: options.reportsItemFailures });
  if (failed.size > 0) {
    const reason = result.ok ? '' : `: ${result.error.errorMessage}`;
    options.onLogLine(`${options.lambda.name} left ${failed.size} of ${records.length} messages in the queue${reason}`);
  }
  return failed;
}

type QueueRecord = ReturnType<typeof queueRecord>;

function queueRecord(message: Message, queueArn: string) {
  const attributes = Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [
    name,
    {
      dataType: value.DataType,
      stringValue: value.StringValue,
      binaryValue: value.BinaryValue && Buffer.from(value.BinaryValue).toString('base64'),
      stringListValues: [],
      binaryListValues: [],
    },
  ]);
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(attributes),
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: localRegion,
  };
}

/** A filter's pattern for `body` looks into JSON, and takes any other body as text. */
function parsedBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

async function inChunks(
  messages: Message[],
  send: (entries: { Id: string; ReceiptHandle: string | undefined }[]) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < messages.length; start += messagesPerRequest) {
    const chunk = messages.slice(start, start + messagesPerRequest);
    await send(chunk.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })));
  }
}
