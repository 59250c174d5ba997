import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { ReadPayoutRunEnvironment } from '../../shared/payout-runs/environments.ts';
import { findPayoutRun } from '../../shared/payout-runs/find-payout-runs.ts';
import { presentPayoutRun } from '../../shared/payout-runs/present-payout-run.ts';
import { getPayoutRunRoute } from '../../shared/payout-runs/routes.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(ReadPayoutRunEnvironment).LEDGER_TABLE);

export const handler = endpoint(getPayoutRunRoute, async ({ parameters }) => {
  const found = await findPayoutRun(ledger, parameters);
  return isRefusal(found) ? found : { value: presentPayoutRun(found) };
});
