import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';
import { TakeBreakEnvironment } from '../../shared/users/environments.ts';
import { presentWallet } from '../../shared/users/get-wallet.ts';
import { takeBreakRoute } from '../../shared/users/rule-routes.ts';
import { takeBreak } from '../../shared/users/take-break.ts';

const environment = readEnvironment(TakeBreakEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });

export const handler = endpoint(takeBreakRoute, async ({ parameters, body, caller, now }) => {
  const wallet = await takeBreak({ ledger, catalog }, { ...parameters, ...body, caller, now });
  return isRefusal(wallet) ? wallet : { value: presentWallet(wallet, now) };
});
