import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';
import { GetWalletEnvironment } from '../../shared/users/environments.ts';
import { getWallet } from '../../shared/users/get-wallet.ts';
import { getWalletRoute } from '../../shared/users/routes.ts';

const environment = readEnvironment(GetWalletEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });

export const handler = endpoint(getWalletRoute, async ({ parameters, now }) => {
  const wallet = await getWallet({ ledger, catalog }, { ...parameters, now });
  return isRefusal(wallet) ? wallet : { value: wallet };
});
