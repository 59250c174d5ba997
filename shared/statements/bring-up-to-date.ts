import type { Day } from '../calendar.ts';
import { creatorNotFound } from '../earnings/get-earnings.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { creatorKey, dueBucketOf } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import { addUpDays, isDone, lastClosedDay, type StatementStores, save } from './add-up-days.ts';

/** How long a request adds up days before it leaves the rest to the job: enough for some tens of pages of 1 MB. */
const patienceMilliseconds = 5_000;

/** The job runs every minute. */
const retryAfterSeconds = 60;

type Wanted = { creatorId: string; to: Day; now: Date; patienceMilliseconds?: number };

/**
 * Makes sure that all closed days up to `to` are added up: at once where that is little, which it is but for creators with
 * hundreds of megabytes of new entries; else it is the job's to do, and the answer is to come back.
 * @returns the last closed day up to `to`.
 */
export async function bringUpToDate(stores: StatementStores, wanted: Wanted): Promise<{ through: Day } | Refusal> {
  const { creatorId, to, now } = wanted;
  const end = Date.now() + (wanted.patienceMilliseconds ?? patienceMilliseconds);
  if (!(await readItem(stores.ledger, creatorKey(creatorId)))) return creatorNotFound(creatorId);
  const through = earlier(to, lastClosedDay(now));
  const progress = await addUpDays(stores, { creatorId, upTo: through, mustStop: () => Date.now() >= end });
  if (isDone(progress, through)) return { through };
  const due = { dueBucket: dueBucketOf({ kind: 'creator-days', id: creatorId }), dueAt: now.toISOString() };
  if (progress.dueAt === undefined) await save(stores.ledger, { ...progress, ...due });
  return refuse(
    'earnings_not_added_up',
    `The earnings of ${creatorId} are still being added up${progress.through ? `, up to ${progress.through} so far` : ''}: ask again in a minute.`,
    { creatorId, ...(progress.through !== undefined && { through: progress.through }), retryAfterSeconds },
  );
}

function earlier(a: Day, b: Day): Day {
  return a < b ? a : b;
}
