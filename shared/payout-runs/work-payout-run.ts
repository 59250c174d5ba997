import * as z from 'zod/mini';
import type { Catalog } from '../catalog/catalog.ts';
import { logger } from '../observability.ts';
import { messageOf } from '../payouts/request-payout.ts';
import { type Queue, sendMessages } from '../queue/send-messages.ts';
import type { Payout } from '../store/items/payout.ts';
import { type PayoutRun, type PayoutRunChunk, parsePayoutRun, parsePayoutRunChunk } from '../store/items/payout-run.ts';
import { creatorKey, creatorKeyPrefix, dueIndex } from '../store/keys.ts';
import { payoutRunChunkKey, payoutRunKey } from '../store/payout-keys.ts';
import { queryPage, readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { updateIf } from '../store/write.ts';
import { chunkDue, endOfDates } from './chunk-dates.ts';
import { endChunk, sendChunks } from './chunks.ts';
import { bucketsOf } from './due-buckets.ts';
import type { PayoutRunMessage } from './messages.ts';
import { type DueCreator, type PaidCreator, payDueCreator } from './pay-due-creator.ts';

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

/** Few enough that a run that is being stopped is left within about a second. */
const creatorsPerPage = 25;

/**
 * One slice of a chunk: pays page after page from where the chunk stands, then sends the message for the next slice, or ends
 * the chunk. Two messages of one chunk do no harm: whoever is second at the end of a page finds that the chunk has moved on,
 * and leaves it to the other.
 */
export async function workPayoutRun(
  work: PayoutRunWork,
  { runId, chunk: number }: PayoutRunMessage,
  now: Date,
): Promise<void> {
  const until = Date.now() + work.sliceSeconds * 1000;
  do {
    const { run, chunk } = await readChunk(work.ledger, { runId, chunk: number });
    if (chunk.state !== 'running') return;
    if (run.state === 'stopping') return endChunk(work.ledger, { runId, chunk: number, to: 'stopped', now });
    const page = await readDue(work.ledger, run, chunk);
    const worked = await workPage(work, { run, chunk, page, until, now });
    if (worked === 'chunk_over') return;
    const isOver = page.isLast && worked.after === page.creators.at(-1);
    if (isOver) return endChunk(work.ledger, { runId, chunk: number, to: 'finished', now });
  } while (Date.now() < until);
  await sendChunks(work.runs, [{ runId, chunk: number }]);
}

async function readChunk(ledger: Table, key: { runId: string; chunk: number }) {
  const [run, chunk] = await Promise.all([
    readItem(ledger, payoutRunKey(key.runId)),
    readItem(ledger, payoutRunChunkKey(key)),
  ]);
  if (!run || !chunk) throw new Error(`There is no chunk ${key.chunk} of a payout run ${key.runId}.`);
  return { run: parsePayoutRun(run), chunk: parsePayoutRunChunk(chunk) };
}

type Position = NonNullable<PayoutRunChunk['after']>;
type DuePage = { creators: Position[]; isLast: boolean };
type PageOfRun = { run: PayoutRun; chunk: PayoutRunChunk; page: DuePage; until: number; now: Date };

const IndexedCreator = z.object({ pk: z.string(), dueAt: z.string() });

async function readDue(
  ledger: Table,
  { schedule, date }: PayoutRun,
  { chunk, after }: PayoutRunChunk,
): Promise<DuePage> {
  const dueBucket = bucketsOf[schedule][chunk];
  const { items, lastKey } = await queryPage(ledger, {
    IndexName: dueIndex,
    KeyConditionExpression: 'dueBucket = :bucket AND dueAt <= :end',
    ExpressionAttributeValues: { ':bucket': dueBucket, ':end': endOfDates(date) },
    Limit: creatorsPerPage,
    ...(after && { ExclusiveStartKey: { ...creatorKey(after.creatorId), dueBucket, dueAt: after.dueAt } }),
  });
  const creators = items.map((item): Position => {
    const { pk, dueAt } = IndexedCreator.parse(item);
    return { creatorId: pk.slice(creatorKeyPrefix.length), dueAt };
  });
  return { creators, isLast: lastKey === undefined };
}

/**
 * Pays the creators of a page, or those that there is time for, hands their payouts over together, and moves the chunk on. Says
 * which creator was the last.
 */
async function workPage(
  work: PayoutRunWork,
  { run, chunk, page, until, now }: PageOfRun,
): Promise<{ after: Position | undefined } | 'chunk_over'> {
  const requested: Payout[] = [];
  let [after, failed, isOver]: [Position | undefined, number, boolean] = [undefined, 0, false];
  for (const due of page.creators) {
    const paid = await payIsolated(work, { creatorId: due.creatorId, run, chunk: chunk.chunk, now });
    isOver = paid.outcome === 'chunk_over';
    if (isOver) break;
    after = due;
    if (paid.outcome === 'failed') failed += 1;
    if (paid.outcome === 'requested' && !run.dryRun && paid.payout.state === 'requested') requested.push(paid.payout);
    if (Date.now() >= until) break;
  }
  // A message that the queue does not take is sent by the sweep, which finds the payout still requested.
  await sendMessages(work.payouts, requested.map(messageOf));
  if (isOver) return 'chunk_over';
  if (!after) return { after };
  return (await moveOn(work.ledger, chunk, { after, failed, now })) ? { after } : 'chunk_over';
}

/** A creator whose payout ends in a fault stays due, and the run goes on with the others. */
async function payIsolated(work: PayoutRunWork, due: DueCreator): Promise<PaidCreator | { outcome: 'failed' }> {
  try {
    return await payDueCreator(work, due);
  } catch (error) {
    const { creatorId, run } = due;
    logger.error('creator not paid by the run', { runId: run.runId, creatorId, error: error as Error });
    return { outcome: 'failed' };
  }
}

type Progress = { after: Position; failed: number; now: Date };

/** Whether this was the one who moved it on. */
async function moveOn(
  ledger: Table,
  { runId, chunk, after: seen }: PayoutRunChunk,
  { after, failed, now }: Progress,
): Promise<boolean> {
  const { dueAt } = chunkDue({ runId }, now);
  const { applied } = await updateIf(ledger, {
    Key: payoutRunChunkKey({ runId, chunk }),
    ConditionExpression: `#state = :running AND ${seen ? '#after = :seen' : 'attribute_not_exists(#after)'}`,
    UpdateExpression: 'SET #after = :after, dueAt = :dueAt ADD failed :failed',
    ExpressionAttributeNames: { '#state': 'state', '#after': 'after' },
    ExpressionAttributeValues: {
      ':running': 'running',
      ':after': after,
      ':dueAt': dueAt,
      ':failed': failed,
      ...(seen && { ':seen': seen }),
    },
  });
  return applied;
}
