import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { StopPayoutRunEnvironment } from '../../shared/payout-runs/environments.ts';
import { presentPayoutRun } from '../../shared/payout-runs/present-payout-run.ts';
import { stopPayoutRunRoute } from '../../shared/payout-runs/routes.ts';
import { stopPayoutRun } from '../../shared/payout-runs/stop-payout-run.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(StopPayoutRunEnvironment).LEDGER_TABLE);

export const handler = endpoint(stopPayoutRunRoute, async ({ parameters, caller, now }) => {
  const stopped = await stopPayoutRun(ledger, { ...parameters, stoppedBy: caller, now });
  return isRefusal(stopped) ? stopped : { value: presentPayoutRun(stopped) };
});
