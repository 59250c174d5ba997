import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { GetPayoutEnvironment } from '../../shared/payouts/environments.ts';
import { findPayout } from '../../shared/payouts/find-payouts.ts';
import { presentPayout } from '../../shared/payouts/present-payout.ts';
import { getPayoutRoute } from '../../shared/payouts/routes.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(GetPayoutEnvironment).LEDGER_TABLE);

export const handler = endpoint(getPayoutRoute, async ({ parameters }) => {
  const payout = await findPayout(ledger, parameters.payoutId);
  return isRefusal(payout) ? payout : { value: presentPayout(payout) };
});
