import * as z from 'zod/mini';
import { addDays, type Day } from '../calendar.ts';
import { inGroups } from '../in-groups.ts';
import { count, flushMetrics, logger } from '../observability.ts';
import type { JobRun } from '../queue/scheduled-job.ts';
import type { SettlementStores } from '../recharges/settle-payment.ts';
import * as StoredDay from '../store/items/common.ts';
import type { ReconciliationProgress, UnfinishedReconciliation } from '../store/items/reconciliation.ts';
import { awaitNoLonger } from './listed-orders.ts';
import { lookIntoLine } from './look-into-line.ts';
import { beginAgain, beginReport, finishDay, lastListedDay, readProgress, saveProgress } from './progress.ts';
import type { ProviderList } from './provider-list.ts';
import { countOf, type Finding, withFindings } from './tally.ts';
import { askAboutUnlisted, unlistedOrders } from './unlisted-orders.ts';

/** So many lines are looked into at once: far below what the providers allow in a second. */
const linesAtOnce = 10;

/** No page is begun with less time left: a page has up to 100 lines, and at worst each asks the provider. */
const reserveMilliseconds = 150_000;

const Request = z.object({ from: z.optional(StoredDay.Day) });

/** What the function was invoked with. By hand, `from` compares that day and all after it again; a day that is still to come is not begun with. */
export function readReconcileRequest(event: unknown): z.infer<typeof Request> {
  return z.parse(Request, event ?? {});
}

export type ReconcileRun = JobRun & { from?: Day | undefined };

export type ReconcileReport = {
  /** `held`: another run is at work; `reading`: the next run goes on from here. */
  state: 'complete' | 'reading' | 'held';
  /** The day that is compared, or comes next. */
  day: Day;
  days: number;
  mended: number;
  differences: number;
};

type Work = { list: ProviderList; run: ReconcileRun };
type Begun = ReconciliationProgress & { report: UnfinishedReconciliation };

/**
 * Compares a provider's own list with the ledger, day after day up to the last one that is complete, for as long as this
 * run may work. How far it is is saved with what was found after each page, so that a run may end anywhere; looking into
 * the same lines again changes nothing.
 */
export async function reconcile(
  stores: SettlementStores,
  list: ProviderList,
  run: ReconcileRun,
): Promise<ReconcileReport> {
  const done = { days: 0, mended: 0, differences: 0 };
  const saved = await readProgress(stores.ledger, list, run.now);
  const { from } = run;
  // A later day than the next one would pass over those in between.
  const isBack = from !== undefined && from <= saved.day;
  const begun = isBack ? await beginAgain(stores.ledger, saved, { provider: list.provider, day: from }) : saved;
  if (!begun) return { state: 'held', day: saved.day, ...done };
  let progress: ReconciliationProgress = begun;
  try {
    while (progress.day <= lastListedDay(list, run.now)) {
      const ended = await compareDay(stores, progress, { list, run });
      if ('state' in ended) return { ...ended, ...done };
      const report = { ...ended.report, finishedAt: new Date().toISOString() };
      const next = await finishDay(stores.ledger, { progress: ended, report });
      if (!next) return { state: 'held', day: ended.day, ...done };
      progress = next;
      countDay(done, report);
    }
  } finally {
    // Also when the list cannot be read: a day that fails again and again is late, and an alarm tells.
    countAge(progress.day, run.now);
  }
  return { state: 'complete', day: progress.day, ...done };
}

function countDay(done: { days: number; mended: number; differences: number }, report: UnfinishedReconciliation): void {
  const mended = countOf(report, 'mended');
  count('PaymentsMended', mended);
  count('PaymentsUnreconciled', report.differenceCount);
  // The run may not live to its end.
  flushMetrics();
  done.days += 1;
  done.mended += mended;
  done.differences += report.differenceCount;
}

/** Each is named in the log; a report names no more than fit into it. */
function tell(findings: Finding[]): void {
  for (const { movement, difference } of findings)
    if (difference) logger.error('provider and ledger differ', { difference: { ...difference, movement } });
}

type Halted = { state: 'reading' | 'held'; day: Day };

/** Reads the list to its end, then asks about the orders that were not in it. */
async function compareDay(
  { ledger, catalog }: SettlementStores,
  begun: ReconciliationProgress,
  { list, run }: Work,
): Promise<Begun | Halted> {
  const { provider } = list;
  const { day } = begun;
  let progress: Begun = {
    ...begun,
    report: begun.report ?? (await beginReport(ledger, { provider, day, now: run.now })),
  };
  while (!progress.isRead) {
    if (run.remainingMilliseconds() < reserveMilliseconds) return { state: 'reading', day };
    const read = await readOn({ ledger, catalog }, progress, { list, run });
    if (!(await saveProgress(ledger, { provider, progress: read }))) return { state: 'held', day };
    progress = { ...read, version: read.version + 1 };
  }
  for await (const orders of unlistedOrders(ledger, list, day)) {
    if (run.remainingMilliseconds() < reserveMilliseconds) return { state: 'reading', day };
    const asked = await Promise.all(
      orders.map(async (order) => ({ order, finding: await askAboutUnlisted(list, order) })),
    );
    const findings = asked.map(({ finding }) => finding);
    const read = { ...progress, report: withFindings(progress.report, findings) };
    const awaited = asked.map(({ order, finding }) => awaitNoLonger(order, { isFound: !finding.difference, day }));
    if (!(await saveProgress(ledger, { provider, progress: read }, awaited))) return { state: 'held', day };
    tell(findings);
    progress = { ...read, version: read.version + 1 };
  }
  return progress;
}

async function readOn(stores: SettlementStores, progress: Begun, { list, run }: Work): Promise<Begun> {
  const { day, cursor, report, version } = progress;
  const { lines, next } = await list.page({ day, cursor });
  const looked = await inGroups(lines, linesAtOnce, (line) => lookIntoLine(stores, line, { list, now: run.now }));
  // A line that could not be looked into is looked into again, with its page: nothing of a list may be passed over.
  const findings = looked.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
  tell(findings);
  const found = withFindings({ ...report, lines: report.lines + lines.length }, findings);
  return { day, version, report: found, isRead: next === undefined, ...(next !== undefined && { cursor: next }) };
}

/** How long ago the first day ended that is not compared yet; for a day that is not over, nothing. */
function countAge(day: Day, now: Date): void {
  const endedAt = Date.parse(`${addDays(day, 1)}T00:00:00Z`);
  count('ReconciliationAge', Math.max(0, Math.floor((now.getTime() - endedAt) / 1000)));
}
