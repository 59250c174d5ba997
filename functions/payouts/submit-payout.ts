import { readEnvironment } from '../../shared/environment.ts';
import { connectPayoutProviders } from '../../shared/payouts/connect-payout-providers.ts';
import { SubmitPayoutEnvironment } from '../../shared/payouts/environments.ts';
import { PayoutMessage } from '../../shared/payouts/messages.ts';
import { submitPayout } from '../../shared/payouts/submit-payout.ts';
import { queueWorker } from '../../shared/queue/queue-worker.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(SubmitPayoutEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const providers = connectPayoutProviders(environment);

export const handler = queueWorker(PayoutMessage, async ({ payoutId }, now) => {
  await submitPayout({ ledger, providers }, { payoutId, now });
});
