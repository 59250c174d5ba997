import { readEnvironment } from '../../shared/environment.ts';
import { AuditLedgerEnvironment } from '../../shared/operations/environments.ts';
import { readAuditRequest, runAudit } from '../../shared/operations/run-audit.ts';
import { scheduledJob } from '../../shared/queue/scheduled-job.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(AuditLedgerEnvironment).LEDGER_TABLE);

export const handler = scheduledJob((run, event) => runAudit(ledger, { ...run, ...readAuditRequest(event) }));
