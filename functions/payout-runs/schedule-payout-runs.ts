import { readEnvironment } from '../../shared/environment.ts';
import { StartPayoutRunEnvironment } from '../../shared/payout-runs/environments.ts';
import { startDueRuns } from '../../shared/payout-runs/start-due-runs.ts';
import { scheduledJob } from '../../shared/queue/scheduled-job.ts';
import { connectQueue } from '../../shared/queue/send-messages.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(StartPayoutRunEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const runs = connectQueue(environment.PAYOUT_RUNS_QUEUE_URL);

export const handler = scheduledJob(({ now }) => startDueRuns({ ledger, runs }, now));
