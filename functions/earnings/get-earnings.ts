import { openCatalog } from '../../shared/catalog/catalog.ts';
import { GetEarningsEnvironment } from '../../shared/earnings/environments.ts';
import { getEarnings } from '../../shared/earnings/get-earnings.ts';
import { getEarningsRoute } from '../../shared/earnings/routes.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(GetEarningsEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });

export const handler = endpoint(getEarningsRoute, async ({ parameters, now }) => {
  const earnings = await getEarnings({ ledger, catalog }, { ...parameters, now });
  return isRefusal(earnings) ? earnings : { value: earnings };
});
