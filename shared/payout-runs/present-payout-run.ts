import type * as z from 'zod/mini';
import type { PayoutRunReport } from '../store/items/payout-run.ts';
import type { RunWithChunks } from './find-payout-runs.ts';
import type { PayoutRunAnswer } from './schemas.ts';

type Answer = z.input<typeof PayoutRunAnswer>;

export function presentPayoutRun({ run, chunks }: RunWithChunks): Answer {
  const { report, ...shown } = run;
  const sumOf = (count: 'requested' | 'skipped' | 'failed') => chunks.reduce((sum, chunk) => sum + chunk[count], 0);
  return {
    ...shown,
    requested: sumOf('requested'),
    skipped: sumOf('skipped'),
    failed: sumOf('failed'),
    chunks: { total: chunks.length, finished: chunks.filter(({ state }) => state === 'finished').length },
    ...(report && { report: presentReport(report) }),
  };
}

function presentReport({ totals, ...report }: PayoutRunReport): NonNullable<Answer['report']> {
  return {
    ...report,
    totals: totals.map(({ state, currency, count, grossMinor, feeMinor, netMinor }) => ({
      state,
      count,
      gross: { amount: grossMinor, currency },
      fee: { amount: feeMinor, currency },
      net: { amount: netMinor, currency },
    })),
  };
}
