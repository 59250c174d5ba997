import type { Payout } from '../store/items/payout.ts';
import type { PayoutRun, PayoutRunLine, PayoutRunTotal } from '../store/items/payout-run.ts';

/** What keys of reports begin with; the function may put under it and nowhere else. */
export const reportPrefix = 'payout-runs/';

/** One creator of a run, as the report has it: no destination and no name. Amounts in minor units of the currency. */
export type ReportRow = {
  payoutId: string;
  creatorId: string;
  state: Payout['state'];
  reason: string;
  gross: number;
  fee: number;
  net: number;
  currency: Payout['currency'];
  method: string;
  providerReference: string;
};

/** Of a real run, the payout as it stands; of a dry one, what was decided. */
export function rowOf({ payoutId, creatorId, decision }: PayoutRunLine, payout: Payout | undefined): ReportRow {
  const source = decision ?? payout;
  if (!source) throw new Error(`A payout run lists the payout ${payoutId}, which does not exist.`);
  const { state, grossMinor, feeMinor, netMinor, currency, method } = source;
  return {
    payoutId,
    creatorId,
    state,
    reason: decision?.reason ?? payout?.reason?.code ?? '',
    gross: grossMinor,
    fee: feeMinor,
    net: netMinor,
    currency,
    method,
    providerReference: payout?.providerItemId ?? payout?.providerBatchId ?? '',
  };
}

/** States in which nothing more happens by itself; money that comes back later is in the payout and the statement. */
const ended = new Set<Payout['state']>(['paid', 'failed', 'returned', 'blocked', 'skipped']);

export function hasEnded(totals: PayoutRunTotal[]): boolean {
  return totals.every(({ state }) => ended.has(state));
}

export function totalsOf(rows: ReportRow[]): PayoutRunTotal[] {
  const totals = new Map<string, PayoutRunTotal>();
  for (const { state, currency, gross, fee, net } of rows) {
    const sum = totals.get(`${state} ${currency}`);
    totals.set(`${state} ${currency}`, {
      state,
      currency,
      count: (sum?.count ?? 0) + 1,
      grossMinor: (sum?.grossMinor ?? 0) + gross,
      feeMinor: (sum?.feeMinor ?? 0) + fee,
      netMinor: (sum?.netMinor ?? 0) + net,
    });
  }
  return [...totals.values()].toSorted((a, b) => (`${a.state} ${a.currency}` < `${b.state} ${b.currency}` ? -1 : 1));
}

export type Report = { run: PayoutRun; rows: ReportRow[]; totals: PayoutRunTotal[]; asOf: string; isFinal: boolean };

/** One row a line, so that a large report can be read line by line. */
export function reportJson({ run, rows, totals, asOf, isFinal }: Report): string {
  const { runId, schedule, date, dryRun, state, startedAt, startedBy, finishedAt } = run;
  const head = JSON.stringify({
    runId,
    schedule,
    date,
    dryRun,
    state,
    startedAt,
    startedBy,
    finishedAt,
    asOf,
    isFinal,
  });
  const body = rows.map((row) => JSON.stringify(row)).join(',\n');
  return `${head.slice(0, -1)},"totals":${JSON.stringify(totals)},"payouts":[\n${body}\n]}\n`;
}

const columns = [
  ...(['payoutId', 'creatorId', 'state', 'reason', 'gross', 'fee', 'net'] as const),
  ...(['currency', 'method', 'providerReference'] as const),
] satisfies (keyof ReportRow)[];

const columnNames =
  'payout_id,creator_id,state,reason,gross_minor,fee_minor,net_minor,currency,method,provider_reference';

/** As RFC 4180 has it. */
export function reportCsv(rows: ReportRow[]): string {
  const lines = rows.map((row) => columns.map((column) => cell(row[column])).join(','));
  return [columnNames, ...lines].map((line) => `${line}\r\n`).join('');
}

/**
 * A text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV injection); one that would end
 * its cell is quoted. Ids of the app cannot begin so; what a provider calls its payments is for the provider to say.
 */
function cell(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
