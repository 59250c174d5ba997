/**
 * `npm run audit`: audits the ledger of the cloud that `npm start` runs; exits 1 and names the item when anything differs.
 * With `--table NAME` it audits that table in AWS, with `--export DIR` an export of a table to S3 that was fetched to DIR;
 * with both, what differs in the export is looked at again in the table.
 */
import { parseArgs } from 'node:util';
import { type AuditReport, auditLedger } from '../../shared/ledger/audit/audit-ledger.ts';
import { isClean } from '../../shared/operations/run-audit.ts';
import { connectTable } from '../../shared/store/table.ts';
import { auditExport } from './audit-export.ts';
import { readCloudFile } from './cloud-file.ts';
import { auditCloud, printBooks } from './print-books.ts';
import { printError, printLine } from './progress.ts';

async function audit(): Promise<AuditReport> {
  const { values } = parseArgs({ options: { table: { type: 'string' }, export: { type: 'string' } } });
  const table = values.table === undefined ? undefined : connectTable(values.table);
  if (values.export !== undefined) return auditExport(values.export, table);
  return table ? auditLedger(table) : auditCloud(readCloudFile());
}

try {
  const report = await audit();
  printBooks(report, printLine);
  if (!isClean(report)) process.exitCode = 1;
} catch (error) {
  printError(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
