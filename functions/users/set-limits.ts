import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';
import { SetLimitsEnvironment } from '../../shared/users/environments.ts';
import { presentWallet } from '../../shared/users/get-wallet.ts';
import { setLimitsRoute } from '../../shared/users/rule-routes.ts';
import { setLimits } from '../../shared/users/set-limits.ts';

const environment = readEnvironment(SetLimitsEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });

export const handler = endpoint(setLimitsRoute, async ({ parameters, body, caller, now }) => {
  const wallet = await setLimits({ ledger, catalog }, { ...parameters, limits: body, caller, now });
  return isRefusal(wallet) ? wallet : { value: presentWallet(wallet, now) };
});
