import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { SetWalletStatusEnvironment } from '../../shared/operations/environments.ts';
import { setWalletStatusRoute } from '../../shared/operations/routes.ts';
import { setWalletStatus } from '../../shared/operations/set-wallet-status.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(SetWalletStatusEnvironment).LEDGER_TABLE);

export const handler = endpoint(setWalletStatusRoute, async ({ parameters, body, caller, now }) => {
  const refusal = await setWalletStatus(ledger, { ...parameters, ...body, caller, now });
  return refusal ?? { value: { ...parameters, status: body.status } };
});
