import { due } from '../payouts/due.ts';
import { type Bucket, putObject } from '../store/bucket.ts';
import { parsePayout } from '../store/items/payout.ts';
import type { PayoutRun, PayoutRunReport } from '../store/items/payout-run.ts';
import { payoutKey, payoutRunKey } from '../store/payout-keys.ts';
import { readItems } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { updateIf } from '../store/write.ts';
import { chunksPerRun } from './chunk-dates.ts';
import { hasEnded, type ReportRow, reportCsv, reportJson, reportPrefix, rowOf, totalsOf } from './describe-report.ts';
import { linesOf } from './run-lines.ts';

/** After the first report, each pause is as long as what was waited since the end of the run, within these. */
const shortestPauseSeconds = 300;
const longestPauseSeconds = 6 * 3600;

/**
 * Writes the report of a run that is over, as JSON and CSV, and its totals into the run. Another one is due while payouts are
 * under way. Each replaces the one before; the bucket keeps the versions for a while.
 * @param run as it was claimed: its `dueAt` is the moment of the next report.
 */
export async function reportPayoutRun(
  { ledger, reports }: { ledger: Table; reports: Bucket },
  run: PayoutRun,
  now: Date,
): Promise<PayoutRunReport> {
  const rows = await readRows(ledger, run);
  const totals = totalsOf(rows);
  const isOver = run.dryRun || hasEnded(totals);
  const isFinal = isOver && run.state === 'finished';
  const asOf = now.toISOString();
  const key = `${reportPrefix}${run.schedule}/${run.date}/${run.runId}`;
  const report: PayoutRunReport = {
    ...{ asOf, isFinal, bucket: reports.name, totals },
    ...{ jsonKey: `${key}.json`, csvKey: `${key}.csv` },
  };
  const json = reportJson({ run, rows, totals, asOf, isFinal });
  await putObject(reports, { key: report.jsonKey, body: json, contentType: 'application/json' });
  await putObject(reports, { key: report.csvKey, body: reportCsv(rows), contentType: 'text/csv; charset=utf-8' });
  await keepReport(ledger, run, { report, isOver });
  return report;
}

async function readRows(ledger: Table, { runId, dryRun }: PayoutRun): Promise<ReportRow[]> {
  const rows: ReportRow[] = [];
  for await (const lines of linesOf(ledger, { runId, chunks: chunksPerRun })) {
    const payouts = dryRun
      ? []
      : (
          await readItems(
            ledger,
            lines.map(({ payoutId }) => payoutKey(payoutId)),
          )
        ).map(parsePayout);
    const byId = new Map(payouts.map((payout) => [payout.payoutId, payout]));
    for (const line of lines) rows.push(rowOf(line, byId.get(line.payoutId)));
  }
  return rows;
}

/** A run that was resumed meanwhile is no longer due, and gets its report when it is over again. */
async function keepReport(
  ledger: Table,
  { runId, dueAt }: PayoutRun,
  { report, isOver }: { report: PayoutRunReport; isOver: boolean },
): Promise<void> {
  await updateIf(ledger, {
    Key: payoutRunKey(runId),
    ConditionExpression: 'dueAt = :claimed',
    UpdateExpression: `SET report = :report${isOver ? ' REMOVE dueBucket, dueAt' : ''}`,
    ExpressionAttributeValues: { ':claimed': dueAt, ':report': report },
  });
}

/** When the report after this one is written. */
export function nextReportDue({ runId, startedAt, stoppedAt, finishedAt }: PayoutRun, now: Date): string {
  const secondsSinceEnd = (now.getTime() - Date.parse(finishedAt ?? stoppedAt ?? startedAt)) / 1000;
  const pauseSeconds = Math.min(longestPauseSeconds, Math.max(shortestPauseSeconds, secondsSinceEnd));
  return due('payout-run', runId, new Date(now.getTime() + pauseSeconds * 1000)).dueAt;
}
