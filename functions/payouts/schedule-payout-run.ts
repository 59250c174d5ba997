import { readEnvironment } from '../../shared/environment.ts';
import { newId } from '../../shared/identifiers.ts';
import { StartPayoutRunEnvironment } from '../../shared/payouts/environments.ts';
import { startPayoutRun } from '../../shared/payouts/payout-runs.ts';
import { scheduledJob } from '../../shared/queue/scheduled-job.ts';
import { connectQueue } from '../../shared/queue/send-messages.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(StartPayoutRunEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const runs = connectQueue(environment.PAYOUT_RUNS_QUEUE_URL);

/** A schedule that fires twice starts two runs over the same creators, which pay each of them once all the same. */
export const handler = scheduledJob(async ({ now }) => {
  const started = await startPayoutRun({ ledger, runs }, { runId: newId(now), startedBy: 'schedule', now });
  if (isRefusal(started)) throw new Error(started.detail);
  return { runId: started.run.runId };
});
