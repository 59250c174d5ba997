import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { StartPayoutRunEnvironment } from '../../shared/payout-runs/environments.ts';
import { presentPayoutRun } from '../../shared/payout-runs/present-payout-run.ts';
import { startPayoutRunRoute } from '../../shared/payout-runs/routes.ts';
import { startPayoutRun } from '../../shared/payout-runs/start-payout-run.ts';
import { connectQueue } from '../../shared/queue/send-messages.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(StartPayoutRunEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const runs = connectQueue(environment.PAYOUT_RUNS_QUEUE_URL);

export const handler = endpoint(startPayoutRunRoute, async ({ body, idempotencyKey, caller, now }) => {
  const started = await startPayoutRun({ ledger, runs }, { runId: idempotencyKey, ...body, startedBy: caller, now });
  return isRefusal(started) ? started : { value: presentPayoutRun(started), replayed: started.replayed };
});
