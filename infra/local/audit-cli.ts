/** `npm run audit`: audits the ledger of the cloud that `npm start` runs; exits 1 and names the item when anything differs. */
import { isClean } from '../../shared/operations/run-audit.ts';
import { readCloudFile } from './cloud-file.ts';
import { auditCloud, printBooks } from './print-books.ts';
import { printError, printLine } from './progress.ts';

try {
  const report = await auditCloud(readCloudFile());
  printBooks(report, printLine);
  if (!isClean(report)) process.exitCode = 1;
} catch (error) {
  printError(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
