import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { GetPayoutRunEnvironment } from '../../shared/payouts/environments.ts';
import { getPayoutRunRoute } from '../../shared/payouts/operation-routes.ts';
import { findPayoutRun } from '../../shared/payouts/payout-runs.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(GetPayoutRunEnvironment).LEDGER_TABLE);

export const handler = endpoint(getPayoutRunRoute, async ({ parameters }) => {
  const run = await findPayoutRun(ledger, parameters.runId);
  return isRefusal(run) ? run : { value: run };
});
