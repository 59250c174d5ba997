import { logger } from '../observability.ts';
import type { JobRun } from '../queue/scheduled-job.ts';
import type { Queue } from '../queue/send-messages.ts';
import type { Bucket } from '../store/bucket.ts';
import { claimDue, dueKeys } from '../store/due.ts';
import { parsePayoutRun, parsePayoutRunChunk } from '../store/items/payout-run.ts';
import type { Key } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { chunkDue } from './chunk-dates.ts';
import { sendChunks } from './chunks.ts';
import { nextReportDue, reportPayoutRun } from './report-payout-run.ts';

export type PayoutRunSweep = { ledger: Table; runs: Queue; reports: Bucket };

export type PayoutRunSweepReport = { chunksSent: number; reports: number; faults: number; isComplete: boolean };

/** A report is begun only while this much time is left: one of a hundred thousand lines takes less than half of it. */
const reserveMilliseconds = 180_000;

/**
 * Sends the messages of chunks that have not moved on for some minutes, and writes the reports of runs that are over. What goes
 * wrong with one of them is logged and comes again later.
 */
export async function sweepPayoutRuns(
  sweep: PayoutRunSweep,
  { now, remainingMilliseconds }: JobRun,
): Promise<PayoutRunSweepReport> {
  const done: PayoutRunSweepReport = { chunksSent: 0, reports: 0, faults: 0, isComplete: true };
  const { chunks, runs } = await readDue(sweep.ledger, now);
  const lookAfter = async (key: Key, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      done.faults += 1;
      logger.error('payout run not swept', { key, error: error as Error });
    }
  };
  for (const key of chunks)
    await lookAfter(key, async () => {
      if (await sendAgain(sweep, key, now)) done.chunksSent += 1;
    });
  for (const key of runs) {
    if (remainingMilliseconds() < reserveMilliseconds) return { ...done, isComplete: false };
    await lookAfter(key, async () => {
      if (await report(sweep, key, now)) done.reports += 1;
    });
  }
  return done;
}

/** More than there ever are: a few runs, of which each has a few chunks. */
const keysAtOnce = 100;

async function readDue(ledger: Table, now: Date): Promise<{ chunks: Key[]; runs: Key[] }> {
  const keys: Key[] = [];
  for await (const some of dueKeys(ledger, { kind: 'payout-run', now, atOnce: keysAtOnce })) keys.push(...some);
  return { chunks: keys.filter(({ sk }) => sk !== 'RUN'), runs: keys.filter(({ sk }) => sk === 'RUN') };
}

/** A chunk's message may only be late: two do no harm. */
async function sendAgain({ ledger, runs }: PayoutRunSweep, key: Key, now: Date): Promise<boolean> {
  const item = await readItem(ledger, key);
  const chunk = item && parsePayoutRunChunk(item);
  if (!chunk || !(await claimDue(ledger, key, { seen: chunk.dueAt, next: chunkDue(chunk, now).dueAt, now })))
    return false;
  await sendChunks(runs, [chunk]);
  logger.warn('the message of a chunk was lost or is late', { runId: chunk.runId, chunk: chunk.chunk });
  return true;
}

async function report({ ledger, reports }: PayoutRunSweep, key: Key, now: Date): Promise<boolean> {
  const item = await readItem(ledger, key);
  const run = item && parsePayoutRun(item);
  const next = run && nextReportDue(run, now);
  if (!run || !next || !(await claimDue(ledger, key, { seen: run.dueAt, next, now }))) return false;
  await reportPayoutRun({ ledger, reports }, { ...run, dueAt: next }, now);
  return true;
}
