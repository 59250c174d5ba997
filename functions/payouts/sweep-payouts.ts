import { readEnvironment } from '../../shared/environment.ts';
import { connectPayoutProviders } from '../../shared/payouts/connect-payout-providers.ts';
import { SweepPayoutsEnvironment } from '../../shared/payouts/environments.ts';
import { replayPayoutEvents } from '../../shared/payouts/replay-payout-events.ts';
import { sweepPayouts } from '../../shared/payouts/sweep-payouts.ts';
import { scheduledJob } from '../../shared/queue/scheduled-job.ts';
import { connectQueue } from '../../shared/queue/send-messages.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(SweepPayoutsEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const payouts = connectQueue(environment.PAYOUTS_QUEUE_URL);
const providers = connectPayoutProviders(environment);

export const handler = scheduledJob(async (run) => {
  const replays = await replayPayoutEvents({ ledger, providers }, run);
  return { replays, ...(await sweepPayouts({ ledger, payouts, providers }, run)) };
});
