import { setTimeout as delay } from 'node:timers/promises';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { startQueueSource } from '../../infra/local/queue-sources.ts';
import type { EventSource } from '../../infra/local/streams.ts';
import { type Arrival, type Handled, orderedQueueWorker } from '../../shared/queue/ordered-queue-worker.ts';
import { sendInOrder } from '../../shared/queue/send-in-order.ts';
import { startQueue, type TestQueue } from '../support/deliver.ts';

let queue: TestQueue;
let source: EventSource;
let handler: (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;
let done: string[];
let tried: string[];
/** What becomes of each message; done, when nothing is said. */
let outcomes: Map<string, (arrival: Arrival) => Handled>;

beforeEach(async () => {
  [done, tried, outcomes] = [[], [], new Map()];
  queue = await startQueue({ fifo: true });
  handler = orderedQueueWorker(queue, z.string(), async (name, arrival) => {
    tried.push(name);
    const handled = outcomes.get(name)?.(arrival) ?? 'done';
    if (handled === 'done') done.push(name);
    return handled;
  });
  const invoke = async (event: unknown) =>
    ({ ok: true, payload: await handler(event as SQSEvent, {} as Context) }) as const;
  source = startQueueSource({
    sqsUrl: queue.sqsUrl,
    queueUrl: queue.url,
    queueArn: 'arn:aws:sqs:eu-west-1:000000000000:test.fifo',
    lambda: { name: 'worker', arn: 'worker', timeoutSeconds: 10, invoke, async close() {} },
    batchSize: 10,
    batchingWindowSeconds: 0,
    concurrency: 5,
    reportsItemFailures: true,
    matches: () => true,
    retryAfterSeconds: undefined,
    onLogLine: () => undefined,
  });
});
afterEach(async () => {
  await source.close();
  await queue.close();
});

async function send(...names: string[]): Promise<void> {
  await sendInOrder(
    queue,
    names.map((name) => ({ body: name, group: name.slice(0, 1), deduplicationId: name })),
  );
}

async function untilDone(count: number): Promise<void> {
  for (let wait = 0; done.length < count && wait < 200; wait++) await delay(50);
}

describe('a worker that keeps the order of each group', () => {
  it('lets nothing overtake a message that is to come later, and nothing else wait for it', async () => {
    const receives: number[] = [];
    outcomes.set('a2', (arrival) => {
      receives.push(arrival.receives);
      return receives.length < 3 ? { laterSeconds: 1 } : 'done';
    });
    await send('a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1');
    await untilDone(7);
    expect(done.filter((name) => name.startsWith('a'))).toEqual(['a1', 'a2', 'a3', 'a4']);
    expect(receives).toEqual([1, 2, 3]);
    const others = done.filter((name) => !name.startsWith('a'));
    expect(others).toEqual(expect.arrayContaining(['b1', 'b2', 'c1']));
    expect(done.indexOf('a2')).toBeGreaterThan(done.indexOf('c1'));
  });

  it('counts no attempt for a message that only came along with the one before it', async () => {
    const receives: number[] = [];
    for (const name of ['a1', 'a2'])
      outcomes.set(name, (arrival) => {
        receives.push(arrival.receives);
        return 'done';
      });
    const batch = ['a1', 'a2'].map((name) => ({
      messageId: name,
      body: JSON.stringify(name),
      attributes: { MessageGroupId: 'a', ApproximateReceiveCount: '7', SentTimestamp: '0' },
    }));
    await handler({ Records: batch } as unknown as SQSEvent, {} as Context);
    expect(receives).toEqual([7, 1]);
  });

  it('gives back, with the message that failed, all that came behind it in the same batch', async () => {
    const batch = ['a1', 'b1', 'a2', 'a3', 'c1'].map((name) => ({
      messageId: name,
      body: JSON.stringify(name),
      attributes: { MessageGroupId: name.slice(0, 1), ApproximateReceiveCount: '1', SentTimestamp: '0' },
    }));
    outcomes.set('a2', () => {
      throw new Error('a fault');
    });
    const failures = await handler({ Records: batch } as unknown as SQSEvent, {} as Context);
    expect(failures).toEqual({ batchItemFailures: [{ itemIdentifier: 'a2' }, { itemIdentifier: 'a3' }] });
    expect(done.toSorted()).toEqual(['a1', 'b1', 'c1']);
    expect(tried).not.toContain('a3');
  });
});
