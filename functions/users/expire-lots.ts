import { readEnvironment } from '../../shared/environment.ts';
import { scheduledJob } from '../../shared/queue/scheduled-job.ts';
import { connectTable } from '../../shared/store/table.ts';
import { ExpireLotsEnvironment } from '../../shared/users/environments.ts';
import { expireLots } from '../../shared/users/expire-lots.ts';

const ledger = connectTable(readEnvironment(ExpireLotsEnvironment).LEDGER_TABLE);

export const handler = scheduledJob((run) => expireLots(ledger, run));
