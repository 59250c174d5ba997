import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { StartPayoutRunEnvironment } from '../../shared/payouts/environments.ts';
import { startPayoutRunRoute } from '../../shared/payouts/operation-routes.ts';
import { startPayoutRun } from '../../shared/payouts/payout-runs.ts';
import { connectQueue } from '../../shared/queue/send-messages.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(StartPayoutRunEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const runs = connectQueue(environment.PAYOUT_RUNS_QUEUE_URL);

export const handler = endpoint(startPayoutRunRoute, async ({ body, idempotencyKey, caller, now }) => {
  const command = { runId: idempotencyKey, dueThrough: body.dueThrough, startedBy: caller, now };
  const started = await startPayoutRun({ ledger, runs }, command);
  return isRefusal(started) ? started : { value: started.run, replayed: started.replayed };
});
