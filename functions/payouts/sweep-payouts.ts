import { readEnvironment } from '../../shared/environment.ts';
import { SweepPayoutsEnvironment } from '../../shared/payouts/environments.ts';
import { openPayPal } from '../../shared/payouts/open-paypal.ts';
import { replayPayoutEvents } from '../../shared/payouts/replay-payout-events.ts';
import { sweepPayouts } from '../../shared/payouts/sweep-payouts.ts';
import { scheduledJob } from '../../shared/queue/scheduled-job.ts';
import { connectQueue } from '../../shared/queue/send-messages.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(SweepPayoutsEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const payouts = connectQueue(environment.PAYOUTS_QUEUE_URL);
const openedPayPal = openPayPal({ secretId: environment.PAYPAL_SECRET_ID, apiUrl: environment.PAYPAL_API_URL });

export const handler = scheduledJob(async (run) => {
  const { payouts: paypal } = await openedPayPal();
  const replays = await replayPayoutEvents({ ledger, paypal }, run);
  return { replays, ...(await sweepPayouts({ ledger, payouts, paypal }, run)) };
});
