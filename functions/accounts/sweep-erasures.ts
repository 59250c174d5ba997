import { SweepErasuresEnvironment } from '../../shared/accounts/environments.ts';
import { sweepErasures } from '../../shared/accounts/sweep-erasures.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { scheduledJob } from '../../shared/queue/scheduled-job.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(SweepErasuresEnvironment).LEDGER_TABLE);

export const handler = scheduledJob((run) => sweepErasures(ledger, run));
