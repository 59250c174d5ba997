import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { StartPayoutRunEnvironment } from '../../shared/payout-runs/environments.ts';
import { presentPayoutRun } from '../../shared/payout-runs/present-payout-run.ts';
import { resumePayoutRun } from '../../shared/payout-runs/resume-payout-run.ts';
import { resumePayoutRunRoute } from '../../shared/payout-runs/routes.ts';
import { connectQueue } from '../../shared/queue/send-messages.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(StartPayoutRunEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const runs = connectQueue(environment.PAYOUT_RUNS_QUEUE_URL);

export const handler = endpoint(resumePayoutRunRoute, async ({ parameters, caller, now }) => {
  const resumed = await resumePayoutRun({ ledger, runs }, { ...parameters, resumedBy: caller, now });
  return isRefusal(resumed) ? resumed : { value: presentPayoutRun(resumed) };
});
