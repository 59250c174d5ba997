import { count, logger } from '../observability.ts';
import type { JobRun } from '../queue/scheduled-job.ts';
import { isTransient } from '../store/contention.ts';
import { dueKeys } from '../store/due.ts';
import { parseErasure } from '../store/items/account.ts';
import type { Key } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { carryOn } from './erase-user.ts';

export type ErasureReport = { done: number; failed: number; complete: boolean };

const erasuresPerPage = 10;

/** A few writes at a time; no erasure goes on with less time left. */
const reserveMilliseconds = 10_000;

/** By then an erasure that others, or AWS, keep from finishing has been tried a few dozen times: it will not finish by itself. */
const overdueMilliseconds = 6 * 3_600_000;

/** Goes on with erasures that broke off, and erases what need not be kept any more. */
export async function sweepErasures(ledger: Table, run: JobRun): Promise<ErasureReport> {
  const report: ErasureReport = { done: 0, failed: 0, complete: true };
  const hasTime = () => run.remainingMilliseconds() > reserveMilliseconds;
  for await (const keys of dueKeys(ledger, { kind: 'erasure', now: run.now, atOnce: erasuresPerPage }))
    for (const key of keys) {
      if (!hasTime()) return { ...report, complete: false };
      await eraseAlone(ledger, { key, report, now: run.now, hasTime });
    }
  return report;
}

type Work = { key: Key; report: ErasureReport; now: Date; hasTime: () => boolean };

/** One that fails stays due for the next run and holds up no other. */
async function eraseAlone(ledger: Table, { key, report, now, hasTime }: Work): Promise<void> {
  let dueAt: string | undefined;
  try {
    const item = await readItem(ledger, key);
    const erasure = item && parseErasure(item);
    // The index lags behind the table.
    if (erasure?.dueAt === undefined || erasure.dueAt > now.toISOString()) return;
    dueAt = erasure.dueAt;
    const after = await carryOn(ledger, erasure, { now, hasTime });
    if (after.version > erasure.version) report.done += 1;
    else if (isOverdue(dueAt, now)) fail(key, 'it did not finish in the time that a run has');
  } catch (error) {
    report.failed += 1;
    if (isTransient(error) && !isOverdue(dueAt, now))
      return logger.warn('erasure interrupted', { key: key.pk, error: error as Error });
    fail(key, error as Error);
  }
}

function isOverdue(dueAt: string | undefined, now: Date): boolean {
  return dueAt !== undefined && now.getTime() - Date.parse(dueAt) > overdueMilliseconds;
}

function fail(key: Key, error: Error | string): void {
  count('ErasuresFailed');
  logger.error('erasure failed', { key: key.pk, error });
}
