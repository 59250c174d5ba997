import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { GetPayoutHoldEnvironment } from '../../shared/payouts/environments.ts';
import { getPayoutHoldRoute } from '../../shared/payouts/hold-routes.ts';
import { findPayoutHold } from '../../shared/payouts/payout-holds.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(GetPayoutHoldEnvironment).LEDGER_TABLE);

export const handler = endpoint(getPayoutHoldRoute, async ({ parameters }) => {
  const hold = await findPayoutHold(ledger, parameters.creatorId);
  return isRefusal(hold) ? hold : { value: hold };
});
