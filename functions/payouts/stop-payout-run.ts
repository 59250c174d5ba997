import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { StopPayoutRunEnvironment } from '../../shared/payouts/environments.ts';
import { stopPayoutRunRoute } from '../../shared/payouts/operation-routes.ts';
import { stopPayoutRun } from '../../shared/payouts/payout-runs.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(StopPayoutRunEnvironment).LEDGER_TABLE);

export const handler = endpoint(stopPayoutRunRoute, async ({ parameters }) => {
  const run = await stopPayoutRun(ledger, parameters.runId);
  return isRefusal(run) ? run : { value: run };
});
