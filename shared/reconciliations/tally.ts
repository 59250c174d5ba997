import type { Difference, Movement, Outcome, UnfinishedReconciliation } from '../store/items/reconciliation.ts';

/** What came of one line or order; `difference` says what is to be decided. */
export type Finding = {
  movement: Movement;
  outcome: Outcome;
  currency: string;
  amount: number;
  difference?: Omit<Difference, 'movement'>;
};

/** So many differences of a day are named in full; more than that have one cause, and an item has its limits. */
const listedDifferences = 100;

/** The report with the findings counted, summed and listed. */
export function withFindings<Report extends UnfinishedReconciliation>(report: Report, findings: Finding[]): Report {
  const totals = new Map(report.totals.map((total) => [keyOf(total), total]));
  for (const { movement, outcome, currency, amount } of findings) {
    const key = keyOf({ movement, outcome, currency });
    const total = totals.get(key) ?? { movement, outcome, currency, count: 0, amount: 0 };
    totals.set(key, { ...total, count: total.count + 1, amount: total.amount + amount });
  }
  const found = findings.flatMap(({ movement, difference }) => (difference ? [{ ...difference, movement }] : []));
  return {
    ...report,
    totals: [...totals.values()],
    differenceCount: report.differenceCount + found.length,
    differences: [...report.differences, ...found].slice(0, listedDifferences),
  };
}

function keyOf({ movement, outcome, currency }: Pick<Finding, 'movement' | 'outcome' | 'currency'>): string {
  return `${movement} ${outcome} ${currency}`;
}

/** How many lines came to an outcome. */
export function countOf({ totals }: UnfinishedReconciliation, wanted: Outcome): number {
  return totals.reduce((sum, { outcome, count }) => sum + (outcome === wanted ? count : 0), 0);
}
