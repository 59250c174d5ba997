import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { localClientConfig } from '../../infra/local/credentials.ts';
import { startDynamoDbLocal } from '../../infra/local/dynamodb.ts';
import { newId } from '../../shared/identifiers.ts';
import type { Queue } from '../../shared/queue/send-messages.ts';

/** The emulators that one contender runs on. */
export type Ground = { dynamodbUrl: string; sqsUrl: string };

/** Opens grounds and closes them all. */
export type Grounds = {
  /**
   * A ground with a DynamoDB of its own: in DynamoDB Local, a write to a table with a stream takes the longer the more
   * was written to the tables that were made before it, so that contenders on one emulator would slow each other.
   * Closing one never fails: what went wrong is kept for `close` of all, so that it cannot cost what was measured.
   */
  open(): Promise<OpenGround>;
  /** @throws AggregateError of everything that went wrong with an emulator since it was started. */
  close(): Promise<void>;
};

export type OpenGround = Ground & { close(): Promise<void> };

export async function openGrounds(): Promise<Grounds> {
  const failures: unknown[] = [];
  const fail = (error: unknown) => void failures.push(error);
  const queues = await startQueues(fail);
  const open = new Set<OpenGround>();
  let closing: Promise<void> | undefined;
  async function closeAll(): Promise<void> {
    await Promise.all([...[...open].map((ground) => ground.close()), queues.close()]);
    if (failures.length > 0) throw new AggregateError(failures, 'Not every emulator ended as it should.');
  }
  return {
    async open() {
      const emulator = await startDynamoDbLocal({ onUnexpectedExit: fail });
      const ground: OpenGround = {
        dynamodbUrl: emulator.url,
        sqsUrl: queues.url,
        async close() {
          if (open.delete(ground)) await withinSeconds(closeSeconds, 'DynamoDB Local', emulator.close()).catch(fail);
        },
      };
      open.add(ground);
      return ground;
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}

/** An emulator that takes longer hangs. */
const closeSeconds = 15;

async function withinSeconds(seconds: number, what: string, ended: Promise<unknown>): Promise<void> {
  const late = new AbortController();
  try {
    await Promise.race([
      ended,
      delay(seconds * 1000, undefined, { signal: late.signal }).then(() => {
        throw new Error(`${what} did not end within ${seconds} s.`);
      }),
    ]);
  } finally {
    late.abort();
  }
}

/** SQS in a process of its own, so that no contender's calls are answered by the process that is being measured. */
async function startQueues(fail: (error: unknown) => void): Promise<{ url: string; close(): Promise<void> }> {
  const child = fork(fileURLToPath(new URL('queue-process.ts', import.meta.url)), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let expected = false;
  const ended = new Promise<Error | undefined>((resolve) => {
    child.once('error', resolve);
    child.once('exit', (code, signal) => {
      resolve(expected && code === 0 ? undefined : new Error(`The queues' process ended with ${signal ?? code}.`));
    });
  });
  const started = await Promise.race([once(child, 'message') as Promise<[{ url: string }]>, ended]);
  if (!Array.isArray(started)) throw started ?? new Error("The queues' process ended before it started.");
  return {
    url: started[0].url,
    async close() {
      expected = true;
      if (child.connected) child.disconnect();
      await withinSeconds(
        closeSeconds,
        "The queues' process",
        ended.then((error) => error && fail(error)),
      ).catch((error) => {
        child.kill('SIGKILL');
        fail(error);
      });
    },
  };
}

export type Clients = { dynamodb: DynamoDBClient; sqs: SQSClient };

/** Clients that do nothing but their calls; `meter` counts on those of its own. */
export function newClients({ dynamodbUrl, sqsUrl }: Ground): Clients {
  return {
    dynamodb: new DynamoDBClient(localClientConfig(dynamodbUrl)),
    sqs: new SQSClient(localClientConfig(sqsUrl)),
  };
}

export async function newQueue({ sqs }: Clients): Promise<Queue> {
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: `bench-${newId(new Date())}` }));
  return { client: sqs, url };
}

/** As Lambda's pollers do: each worker takes up to ten messages, hands them over, and deletes them when they are done. */
export async function drain(
  queue: Queue,
  workers: number,
  handle: (messages: unknown[]) => Promise<void>,
): Promise<void> {
  const { client, url: QueueUrl } = queue;
  const worker = async (): Promise<void> => {
    for (;;) {
      const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      if (Messages.length === 0) return;
      await handle(Messages.map(({ Body = '' }) => JSON.parse(Body)));
      const Entries = Messages.map(({ ReceiptHandle }, position) => ({ Id: String(position), ReceiptHandle }));
      await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
}
