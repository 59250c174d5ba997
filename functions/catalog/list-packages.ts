import { ListPackagesEnvironment } from '../../shared/campaigns/environments.ts';
import { openCatalog } from '../../shared/catalog/catalog.ts';
import { listPackages } from '../../shared/catalog/list-packages.ts';
import { listPackagesRoute } from '../../shared/catalog/routes.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(ListPackagesEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });

export const handler = endpoint(listPackagesRoute, async ({ query, now }) => {
  const packages = await listPackages({ ledger, catalog }, { ...query, now });
  return isRefusal(packages) ? packages : { value: packages };
});
