import { readEnvironment } from '../../shared/environment.ts';
import { SweepPayoutsEnvironment } from '../../shared/payouts/environments.ts';
import { openPayPal } from '../../shared/payouts/open-paypal.ts';
import { replayPayoutEvent } from '../../shared/payouts/replay-payout-event.ts';
import { sweepPayouts } from '../../shared/payouts/sweep-payouts.ts';
import { scheduledJob } from '../../shared/queue/scheduled-job.ts';
import { connectQueue } from '../../shared/queue/send-messages.ts';
import { replayEvents } from '../../shared/recharges/replay-events.ts';
import type { ProviderEvent } from '../../shared/store/items/recharge.ts';
import { dueBuckets } from '../../shared/store/keys.ts';
import { connectTable } from '../../shared/store/table.ts';

/** A call of PayPal, with a new token and once again, and the writes after it. */
const replayReserveMilliseconds = 40_000;

const environment = readEnvironment(SweepPayoutsEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const payouts = connectQueue(environment.PAYOUTS_QUEUE_URL);
const openedPayPal = openPayPal({ secretId: environment.PAYPAL_SECRET_ID, apiUrl: environment.PAYPAL_API_URL });

export const handler = scheduledJob(async (run) => {
  const { payouts: paypal } = await openedPayPal();
  const replaying = {
    buckets: dueBuckets('payout-replay'),
    replay: (event: ProviderEvent) => replayPayoutEvent({ ledger, paypal }, event, run.now),
    reserveMilliseconds: replayReserveMilliseconds,
  };
  const replays = await replayEvents(ledger, replaying, run);
  return { replays, ...(await sweepPayouts({ ledger, payouts, paypal }, run)) };
});
