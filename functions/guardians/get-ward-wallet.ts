import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { GetWardWalletEnvironment } from '../../shared/guardians/environments.ts';
import { getWardWalletRoute } from '../../shared/guardians/routes.ts';
import { refuseStranger } from '../../shared/guardians/ward-of.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';
import { getWallet } from '../../shared/users/get-wallet.ts';

const environment = readEnvironment(GetWardWalletEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });

export const handler = endpoint(getWardWalletRoute, async ({ parameters, now }) => {
  const refusal = await refuseStranger(ledger, parameters, now);
  if (refusal) return refusal;
  const wallet = await getWallet({ ledger, catalog }, { userId: parameters.userId, now });
  return isRefusal(wallet) ? wallet : { value: wallet };
});
