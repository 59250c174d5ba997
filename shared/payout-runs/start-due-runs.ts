import { dayOf } from '../calendar.ts';
import { newId } from '../identifiers.ts';
import { logger } from '../observability.ts';
import type { Queue } from '../queue/send-messages.ts';
import { isRefusal } from '../refusals.ts';
import { type PayoutRun, PayoutRunSchedule } from '../store/items/payout-run.ts';
import { dueIndex } from '../store/keys.ts';
import { queryPage } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { endOfDates } from './chunk-dates.ts';
import { bucketsOf } from './due-buckets.ts';
import { startPayoutRun } from './start-payout-run.ts';

type Stores = { ledger: Table; runs: Queue };

/**
 * Starts a run of each schedule that somebody is due on: on the paydays, and on the days after them when somebody was left.
 * A run of the same day that an operator has started will do.
 * @throws Error when a schedule's earlier run is still on, so that today's cannot start; the other schedule's has.
 */
export async function startDueRuns(stores: Stores, now: Date): Promise<{ started: string[] }> {
  const started: string[] = [];
  const stuck: unknown[] = [];
  for (const schedule of PayoutRunSchedule.options) {
    if (!(await isAnybodyDue(stores.ledger, { schedule, date: dayOf(now) }))) continue;
    const run = await startPayoutRun(stores, { runId: newId(now), schedule, startedBy: 'schedule', now });
    if (!isRefusal(run)) started.push(run.run.runId);
    else if (run.facts.date !== dayOf(now)) stuck.push(run.facts);
    else logger.info('the payout run of today is on already', { running: run.facts });
  }
  if (stuck.length > 0)
    throw new Error(
      `Payout runs of earlier days are still on, so that today's did not start: ${JSON.stringify(stuck)}`,
    );
  return { started };
}

async function isAnybodyDue(ledger: Table, { schedule, date }: Pick<PayoutRun, 'schedule' | 'date'>): Promise<boolean> {
  for (const bucket of bucketsOf[schedule]) {
    const { items } = await queryPage(ledger, {
      IndexName: dueIndex,
      KeyConditionExpression: 'dueBucket = :bucket AND dueAt <= :end',
      ExpressionAttributeValues: { ':bucket': bucket, ':end': endOfDates(date) },
      Limit: 1,
    });
    if (items.length > 0) return true;
  }
  return false;
}
