import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { SetPayoutHoldEnvironment } from '../../shared/payouts/environments.ts';
import { setPayoutHoldRoute } from '../../shared/payouts/hold-routes.ts';
import { setPayoutHold } from '../../shared/payouts/payout-holds.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(SetPayoutHoldEnvironment).LEDGER_TABLE);

export const handler = endpoint(setPayoutHoldRoute, async ({ parameters, body, caller, now }) => {
  const hold = await setPayoutHold(ledger, { ...parameters, ...body, caller, now });
  return isRefusal(hold) ? hold : { value: hold };
});
