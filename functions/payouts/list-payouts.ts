import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { parsePage } from '../../shared/http/page.ts';
import { ListPayoutsEnvironment } from '../../shared/payouts/environments.ts';
import { listPayouts } from '../../shared/payouts/find-payouts.ts';
import { presentPayout } from '../../shared/payouts/present-payout.ts';
import { listPayoutsRoute } from '../../shared/payouts/routes.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(ListPayoutsEnvironment).LEDGER_TABLE);

export const handler = endpoint(listPayoutsRoute, async ({ parameters, query }) => {
  const page = parsePage(query);
  if (isRefusal(page)) return page;
  const listed = await listPayouts(ledger, { ...parameters, page });
  return isRefusal(listed) ? listed : { value: { ...listed, payouts: listed.payouts.map(presentPayout) } };
});
