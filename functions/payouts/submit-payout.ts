import { readEnvironment } from '../../shared/environment.ts';
import { connectPayoutProviders } from '../../shared/payouts/connect-payout-providers.ts';
import { SubmitPayoutEnvironment } from '../../shared/payouts/environments.ts';
import { PayoutMessage } from '../../shared/payouts/messages.ts';
import { submitPayouts } from '../../shared/payouts/submit-payouts.ts';
import { queueBatchWorker } from '../../shared/queue/queue-worker.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(SubmitPayoutEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const providers = connectPayoutProviders(environment);

export const handler = queueBatchWorker(PayoutMessage, async (messages, run) => {
  const payoutIds = messages.map(({ payoutId }) => payoutId);
  const failures = await submitPayouts({ ledger, providers }, { payoutIds, ...run });
  return payoutIds.map((payoutId) => failures.get(payoutId));
});
