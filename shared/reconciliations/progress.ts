import * as z from 'zod/mini';
import { addDays, type Day, dayOf } from '../calendar.ts';
import type { ProviderName } from '../providers/payment.ts';
import {
  parseReconciliation,
  type Reconciliation,
  ReconciliationProgress,
  type UnfinishedReconciliation,
} from '../store/items/reconciliation.ts';
import { progressKey, reconciliationKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import type { ProviderList } from './provider-list.ts';

const hourMilliseconds = 3_600_000;

/** The last day whose list is complete by now. */
export function lastListedDay({ completeAfterHours }: Pick<ProviderList, 'completeAfterHours'>, now: Date): Day {
  return addDays(dayOf(new Date(now.getTime() - completeAfterHours * hourMilliseconds)), -1);
}

/** Where the reconciliation with a provider stands; at the very first, before the last day that is complete. */
export async function readProgress(ledger: Table, list: ProviderList, now: Date): Promise<ReconciliationProgress> {
  const item = await readItem(ledger, progressKey(jobOf(list.provider)));
  if (item) return z.parse(ReconciliationProgress, item);
  return { day: lastListedDay(list, now), isRead: false, version: 0 };
}

/**
 * The report of a day that begins. What an earlier report of the day says of orders that the provider does not have stays
 * in it: those orders are not asked about again before the next day.
 */
export async function beginReport(
  ledger: Table,
  { provider, day, now }: { provider: ProviderName; day: Day; now: Date },
): Promise<UnfinishedReconciliation> {
  const earlier = await readItem(ledger, reconciliationKey({ provider, day }));
  const known = earlier ? parseReconciliation(earlier).differences : [];
  const differences = known.filter(({ kind }) => kind === 'credited_not_paid');
  const startedAt = now.toISOString();
  return { provider, day, startedAt, lines: 0, totals: [], differenceCount: differences.length, differences };
}

/**
 * Saves where the reconciliation stands, together with what belongs to that.
 * @returns Nothing when another run is at work, or one of the other writes does not hold any more.
 */
export async function saveProgress(
  ledger: Table,
  { provider, progress }: { provider: ProviderName; progress: ReconciliationProgress },
  others: Write<unknown>[] = [],
): Promise<ReconciliationProgress | undefined> {
  const saved = { ...progress, version: progress.version + 1 };
  const written = await transact<unknown>(ledger, [
    {
      put: {
        Item: { ...progressKey(jobOf(provider)), ...saved },
        ConditionExpression: 'attribute_not_exists(pk) OR version = :version',
        ExpressionAttributeValues: { ':version': progress.version },
      },
      failure: () => 'progress',
    },
    ...others,
  ]);
  return written.committed ? saved : undefined;
}

/** Keeps the report of a day that is done, and goes on to the next day. */
export async function finishDay(
  ledger: Table,
  { progress, report }: { progress: ReconciliationProgress; report: Reconciliation },
): Promise<ReconciliationProgress | undefined> {
  const { provider, day } = report;
  const next = { day: addDays(day, 1), isRead: false, version: progress.version };
  return saveProgress(ledger, { provider, progress: next }, [keepReport(report)]);
}

/**
 * Begins again with a day. What was found of the one that is not done is kept as its report, because orders are asked about
 * once a day. Nothing when another run is at work.
 */
export async function beginAgain(
  ledger: Table,
  saved: ReconciliationProgress,
  { provider, day }: { provider: ProviderName; day: Day },
): Promise<ReconciliationProgress | undefined> {
  const progress = { day, isRead: false, version: saved.version };
  if (!saved.report) return progress;
  const report = { ...saved.report, finishedAt: new Date().toISOString() };
  return saveProgress(ledger, { provider, progress }, [keepReport(report)]);
}

function keepReport(report: Reconciliation): Write<'report'> {
  return { put: { Item: { ...reconciliationKey(report), ...report } }, failure: () => 'report' };
}

function jobOf(provider: ProviderName): string {
  return `reconciliation-${provider}`;
}
