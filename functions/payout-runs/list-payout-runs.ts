import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { parsePage } from '../../shared/http/page.ts';
import { ReadPayoutRunEnvironment } from '../../shared/payout-runs/environments.ts';
import { listPayoutRuns } from '../../shared/payout-runs/find-payout-runs.ts';
import { presentPayoutRun } from '../../shared/payout-runs/present-payout-run.ts';
import { listPayoutRunsRoute } from '../../shared/payout-runs/routes.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(ReadPayoutRunEnvironment).LEDGER_TABLE);

export const handler = endpoint(listPayoutRunsRoute, async ({ query: { schedule, ...query } }) => {
  const page = parsePage(query);
  if (isRefusal(page)) return page;
  const listed = await listPayoutRuns(ledger, { schedule, page });
  return { value: { ...listed, runs: listed.runs.map(presentPayoutRun) } };
});
