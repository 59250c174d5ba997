import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { type AuditReport, auditLedger } from '../ledger/audit/audit-ledger.ts';
import { count, logger } from '../observability.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { type Audit, parseAudit } from '../store/items/audit.ts';
import { latestAuditKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';

/** So many differences are named in full; one is enough to be alarmed by, and an item has its limits. */
const listedDifferences = 100;

/** Whether nothing was lost, doubled or made from nothing. */
export function isClean({
  differences,
  unconfirmed,
  sums,
}: Pick<AuditReport, 'differences' | 'unconfirmed' | 'sums'>): boolean {
  return differences.length === 0 && unconfirmed === 0 && Object.values(sums).every((sum) => sum === 0);
}

/** Audits the ledger, keeps the result for operators, and raises the metrics that alarms look at. */
export async function runAudit(ledger: Table, now: Date): Promise<Pick<Audit, 'clean' | 'items' | 'differenceCount'>> {
  const report = await auditLedger(ledger);
  const audit = describe(report, now);
  await ledger.client.send(new PutCommand({ TableName: ledger.name, Item: { ...latestAuditKey(), ...audit } }));
  count('AuditsCompleted');
  count('AuditUnsettled', report.unsettled.length);
  count('AuditDifferences', audit.clean ? 0 : Math.max(1, audit.differenceCount));
  for (const difference of audit.differences) logger.error('the ledger differs', { difference });
  const { clean, items, differenceCount } = audit;
  return { clean, items, differenceCount };
}

function describe(report: AuditReport, startedAt: Date): Audit {
  const listed = report.differences.slice(0, listedDifferences);
  return {
    startedAt: startedAt.toISOString(),
    finishedAt: new Date().toISOString(),
    clean: isClean(report),
    items: report.items,
    balances: report.balances,
    sums: report.sums,
    differenceCount: report.differences.length + report.unconfirmed,
    differences: listed.map(({ subject: { kind, id }, measure, delta }) => ({ kind, id, measure, delta })),
    unsettled: report.unsettled.slice(0, listedDifferences),
  };
}

export async function latestAudit(ledger: Table): Promise<Audit | Refusal> {
  const item = await readItem(ledger, latestAuditKey());
  return item ? parseAudit(item) : refuse('audit_not_found', 'No audit has run yet: the schedule starts one a day.');
}
