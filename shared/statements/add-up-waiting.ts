import { count, logger } from '../observability.ts';
import type { JobRun } from '../queue/scheduled-job.ts';
import { isTransient } from '../store/contention.ts';
import { dueKeys } from '../store/due.ts';
import { parseAddingUp } from '../store/items/creator-day.ts';
import type { Key } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import { addUpDays, isDone, lastClosedDay, type StatementStores, save } from './add-up-days.ts';

export type AddUpReport = { creators: number; finished: number; failed: number };

/** No page is begun with less time left; reading and saving one takes a fraction of it. */
const reserveMilliseconds = 10_000;

/** So much time is one creator's at a time, so that the largest keep nobody waiting for hours. */
const turnMilliseconds = 15_000;

const creatorsPerPage = 25;

/** Goes on with the days of creators for whom somebody waits. */
export async function addUpWaiting(stores: StatementStores, run: JobRun): Promise<AddUpReport> {
  const report: AddUpReport = { creators: 0, finished: 0, failed: 0 };
  for await (const keys of dueKeys(stores.ledger, { kind: 'creator-days', now: run.now, atOnce: creatorsPerPage }))
    for (const key of keys) {
      if (run.remainingMilliseconds() < reserveMilliseconds) return report;
      await addUpAlone(stores, { key, report, run });
    }
  return report;
}

type Work = { key: Key; report: AddUpReport; run: JobRun };

/** One that fails stays due for the next run and holds up no other. */
async function addUpAlone(stores: StatementStores, work: Work): Promise<void> {
  const { key, report } = work;
  report.creators += 1;
  try {
    if (await addUpOne(stores, work)) report.finished += 1;
  } catch (error) {
    report.failed += 1;
    const about = { key: key.pk, error: error as Error };
    // What AWS could not do now is done by the next run; anything else needs a person.
    if (isTransient(error)) return logger.warn('adding up days was interrupted', about);
    count('DaysNotAddedUp');
    logger.error('days cannot be added up', about);
  }
}

async function addUpOne(stores: StatementStores, { key, run }: Work): Promise<boolean> {
  const item = await readItem(stores.ledger, key);
  if (!item) return false;
  const { creatorId } = parseAddingUp(item);
  const upTo = lastClosedDay(run.now);
  const end = Date.now() + turnMilliseconds;
  const mustStop = () => Date.now() >= end || run.remainingMilliseconds() < reserveMilliseconds;
  const { dueBucket, dueAt, ...progress } = await addUpDays(stores, { creatorId, upTo, mustStop });
  if (!isDone(progress, upTo)) return false;
  if (dueAt !== undefined) await save(stores.ledger, progress);
  return true;
}
