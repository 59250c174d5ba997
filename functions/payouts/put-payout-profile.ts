import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { PutPayoutProfileEnvironment } from '../../shared/payouts/environments.ts';
import { presentProfile } from '../../shared/payouts/present-payout.ts';
import { putPayoutProfile } from '../../shared/payouts/put-payout-profile.ts';
import { putPayoutProfileRoute } from '../../shared/payouts/routes.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(PutPayoutProfileEnvironment).LEDGER_TABLE);

export const handler = endpoint(putPayoutProfileRoute, async ({ parameters, body, caller, now }) => {
  const profile = await putPayoutProfile(ledger, { ...parameters, ...body, changedBy: caller, now });
  return isRefusal(profile) ? profile : { value: presentProfile(profile) };
});
