import { readEnvironment } from '../../shared/environment.ts';
import { scheduledJob } from '../../shared/queue/scheduled-job.ts';
import { addUpWaiting } from '../../shared/statements/add-up-waiting.ts';
import { StatementsEnvironment } from '../../shared/statements/environments.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(StatementsEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalogTable = { ...ledger, name: environment.CATALOG_TABLE };

export const handler = scheduledJob((run) => addUpWaiting({ ledger, catalogTable }, run));
