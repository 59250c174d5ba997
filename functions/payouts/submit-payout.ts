import { readEnvironment } from '../../shared/environment.ts';
import { SubmitPayoutEnvironment } from '../../shared/payouts/environments.ts';
import { PayoutMessage } from '../../shared/payouts/messages.ts';
import { openPayPal } from '../../shared/payouts/open-paypal.ts';
import { submitPayout } from '../../shared/payouts/submit-payout.ts';
import { queueWorker } from '../../shared/queue/queue-worker.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(SubmitPayoutEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const paypal = openPayPal({ secretId: environment.PAYPAL_SECRET_ID, apiUrl: environment.PAYPAL_API_URL });

export const handler = queueWorker(PayoutMessage, async ({ payoutId }, now) => {
  const { payouts } = await paypal();
  await submitPayout({ ledger, paypal: payouts }, { payoutId, now });
});
