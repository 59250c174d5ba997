import { readEnvironment } from '../../shared/environment.ts';
import { SweepPayoutRunsEnvironment } from '../../shared/payout-runs/environments.ts';
import { sweepPayoutRuns } from '../../shared/payout-runs/sweep-payout-runs.ts';
import { scheduledJob } from '../../shared/queue/scheduled-job.ts';
import { connectQueue } from '../../shared/queue/send-messages.ts';
import { connectBucket } from '../../shared/store/bucket.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(SweepPayoutRunsEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const runs = connectQueue(environment.PAYOUT_RUNS_QUEUE_URL);
const reports = connectBucket(environment.REPORTS_BUCKET);

export const handler = scheduledJob((run) => sweepPayoutRuns({ ledger, runs, reports }, run));
