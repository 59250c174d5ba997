import type { Table } from '../../store/table.ts';
import { AuditProgress } from './audit-progress.ts';
import type { AccountBalance } from './books.ts';
import { type Confirmed, confirmDifferences } from './confirm-differences.ts';
import { scanLedger } from './scan-ledger.ts';

export type AuditReport = Confirmed & {
  /** Items read. */
  items: number;
  /** The chart of accounts, folded from every entry and every gift that waits in an outbox. */
  balances: AccountBalance[];
  /** The sum of each asset's balances; anything but zero is a difference as well. */
  sums: Record<string, number>;
};

/**
 * Reads the whole ledger at once, folds every entry, and compares with every balance. As the ledger goes on changing
 * meanwhile, whatever differs is looked at again by itself.
 */
export async function auditLedger(ledger: Table): Promise<AuditReport> {
  const progress = new AuditProgress({ startedAt: new Date().toISOString() });
  await scanLedger(ledger, progress, () => false);
  return concludeAudit(progress, ledger);
}

/** What an audit that has read everything found. Without a ledger to look at again, what differs is reported as it is. */
export async function concludeAudit(progress: AuditProgress, ledger?: Table): Promise<AuditReport> {
  const { suspected, untold } = progress.differences();
  const { differences, unsettled, unconfirmed } = ledger
    ? await confirmDifferences(ledger, suspected)
    : { differences: suspected, unsettled: [], unconfirmed: 0 };
  return {
    items: progress.items,
    balances: progress.books.balances(),
    sums: progress.books.sums(),
    differences,
    unsettled,
    unconfirmed: unconfirmed + untold,
  };
}
