import * as z from 'zod/mini';
import type { Catalog } from '../catalog/catalog.ts';
import { logger } from '../observability.ts';
import { type Queue, sendMessages } from '../queue/send-messages.ts';
import { isRefusal } from '../refusals.ts';
import type { PayoutRun } from '../store/items/payout.ts';
import { creatorKey, creatorKeyPrefix, dueBuckets, dueIndex, payoutRunKey } from '../store/keys.ts';
import { queryPage } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { updateIf } from '../store/write.ts';
import type { PayoutRunMessage, RunPosition } from './messages.ts';
import { type DueCreator, type PaidCreator, payDueCreator } from './pay-due-creator.ts';
import { findPayoutRun, sendRun } from './payout-runs.ts';
import { messageOf } from './request-payout.ts';

export type PayoutRunWork = {
  ledger: Table;
  catalog: Catalog;
  payouts: Queue;
  runs: Queue;
  /** When to hand over to the next message. */
  sliceSeconds: number;
};

/** Well inside the time-out of the function, however long the creator takes that is under way when the slice ends. */
export const defaultSliceSeconds = 20;

const creatorsPerPage = 25;
const buckets = dueBuckets('payout-schedule');

/**
 * One slice of a run: pays creator after creator from the position in the message, then sends the message for the next slice
 * or finishes the run. Repeating a slice finds its creators no longer due.
 */
export async function workPayoutRun(
  work: PayoutRunWork,
  { runId, position }: PayoutRunMessage,
  now: Date,
): Promise<void> {
  const run = await findPayoutRun(work.ledger, runId);
  if (isRefusal(run)) throw new Error(run.detail);
  if (run.state !== 'running') return;
  const until = Date.now() + work.sliceSeconds * 1000;
  let open: RunPosition = position ?? { bucket: 0, failed: 0 };
  do {
    const next = await workPage(work, run, { open, until, now });
    if (next === 'run_over') return;
    if (next.bucket === buckets.length) return finish(work.ledger, run, { failed: next.failed, now });
    open = next;
  } while (Date.now() < until);
  await sendRun(work.runs, { version: 1, runId, position: open });
}

type Slice = { open: RunPosition; until: number; now: Date };

/** Pays the creators of one page of the index, or those that there is time for; says where to go on. */
async function workPage(
  work: PayoutRunWork,
  run: PayoutRun,
  { open, until, now }: Slice,
): Promise<RunPosition | 'run_over'> {
  const page = await readDue(work.ledger, run, open);
  let next = open;
  for (const after of page.creators) {
    const outcome = await payIsolated(work, { creatorId: after.creatorId, run, now });
    if (outcome === 'run_over') return outcome;
    next = { ...next, after, failed: next.failed + (outcome === 'failed' ? 1 : 0) };
    if (Date.now() >= until) return next;
  }
  return page.isLast ? { bucket: open.bucket + 1, failed: next.failed } : next;
}

type DuePosition = NonNullable<RunPosition['after']>;

const IndexedCreator = z.object({ pk: z.string(), dueAt: z.string() });

async function readDue(ledger: Table, { dueThrough }: PayoutRun, { bucket, after }: RunPosition) {
  const dueBucket = buckets[bucket];
  const { items, lastKey } = await queryPage(ledger, {
    IndexName: dueIndex,
    KeyConditionExpression: 'dueBucket = :bucket AND dueAt <= :dueThrough',
    ExpressionAttributeValues: { ':bucket': dueBucket, ':dueThrough': dueThrough },
    Limit: creatorsPerPage,
    ...(after && { ExclusiveStartKey: { ...creatorKey(after.creatorId), dueBucket, dueAt: after.dueAt } }),
  });
  const creators = items.map((item): DuePosition => {
    const { pk, dueAt } = IndexedCreator.parse(item);
    return { creatorId: pk.slice(creatorKeyPrefix.length), dueAt };
  });
  return { creators, isLast: lastKey === undefined };
}

/** A creator whose payout ends in a fault stays due, and the run goes on with the others. */
async function payIsolated(work: PayoutRunWork, due: DueCreator): Promise<PaidCreator['outcome'] | 'failed'> {
  try {
    const paid = await payDueCreator(work, due);
    // A message that the queue does not take is sent by the sweep, which finds the payout still requested.
    if (paid.outcome === 'requested' && paid.payout.state === 'requested')
      await sendMessages(work.payouts, [messageOf(paid.payout)]);
    return paid.outcome;
  } catch (error) {
    logger.error('creator not paid by the run', {
      runId: due.run.runId,
      creatorId: due.creatorId,
      error: error as Error,
    });
    return 'failed';
  }
}

async function finish(
  ledger: Table,
  { runId }: PayoutRun,
  { failed, now }: { failed: number; now: Date },
): Promise<void> {
  const { applied } = await updateIf(ledger, {
    Key: payoutRunKey(runId),
    ConditionExpression: '#state = :running',
    UpdateExpression: 'SET #state = :finished, finishedAt = :now, failed = :failed',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':running': 'running',
      ':finished': 'finished',
      ':now': now.toISOString(),
      ':failed': failed,
    },
  });
  logger.info('payout run ended', { runId, failed, finished: applied });
}
