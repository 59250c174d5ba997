import type { Context, SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { queueBatchWorker, queueWorker } from '../../shared/queue/queue-worker.ts';
import { scheduledJob } from '../../shared/queue/scheduled-job.ts';
import { streamWorker } from '../../shared/queue/stream-worker.ts';

const context = { getRemainingTimeInMillis: () => 1234 } as Context;

function delivery(...bodies: string[]): SQSEvent {
  const Records = bodies.map((body, position) => ({
    messageId: `m${position}`,
    body,
    attributes: { ApproximateReceiveCount: '1' },
  }));
  return { Records } as unknown as SQSEvent;
}

describe('a queue worker', () => {
  it('returns to the queue only the messages that failed, unreadable ones among them', async () => {
    const done: number[] = [];
    const worker = queueWorker(z.strictObject({ n: z.int() }), async ({ n }) => {
      if (n === 2) throw new Error('two');
      done.push(n);
    });
    const answer = await worker(delivery('{"n":1}', '{"n":2}', 'nonsense', '{"n":"3"}', '{"n":4}'), context);
    expect(answer).toEqual({ batchItemFailures: ['m1', 'm2', 'm3'].map((itemIdentifier) => ({ itemIdentifier })) });
    expect(done).toEqual([1, 4]);
  });
});

describe('a queue worker of whole batches', () => {
  const Message = z.strictObject({ n: z.int() });

  it('gets what can be read at once, and returns what it says has failed', async () => {
    const got: unknown[] = [];
    const worker = queueBatchWorker(Message, async (messages, { remainingMilliseconds }) => {
      got.push(messages, remainingMilliseconds());
      return messages.map(({ n }) => (n === 4 ? new Error('four') : undefined));
    });
    const answer = await worker(delivery('{"n":1}', 'nonsense', '{"n":4}', '{"n":5}'), context);
    expect(answer).toEqual({ batchItemFailures: ['m1', 'm2'].map((itemIdentifier) => ({ itemIdentifier })) });
    expect(got).toEqual([[{ n: 1 }, { n: 4 }, { n: 5 }], 1234]);
  });

  it('returns all on a fault', async () => {
    const worker = queueBatchWorker(Message, async () => {
      throw new Error('fault');
    });
    const answer = await worker(delivery('{"n":1}', '{"n":2}'), context);
    expect(answer).toEqual({ batchItemFailures: ['m0', 'm1'].map((itemIdentifier) => ({ itemIdentifier })) });
  });
});

describe('a stream worker', () => {
  it('asks for the batch again from where it failed, and fails as a whole on a fault', async () => {
    const from = async (failedFrom: string | undefined) =>
      streamWorker(async () => ({ failedFrom }))({ Records: [] }, context);
    expect(await from(undefined)).toEqual({ batchItemFailures: [] });
    expect(await from('42')).toEqual({ batchItemFailures: [{ itemIdentifier: '42' }] });
    const faulty = streamWorker(async () => {
      throw new Error('fault');
    });
    await expect(faulty({ Records: [] }, context)).rejects.toThrow('fault');
  });
});

describe('a scheduled job', () => {
  it('tells the job how long it may work and reports what it did', async () => {
    const job = scheduledJob(async ({ remainingMilliseconds }) => ({ left: remainingMilliseconds() }));
    expect(await job({}, context)).toEqual({ left: 1234 });
  });
});
