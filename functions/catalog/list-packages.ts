import { openCatalog } from '../../shared/catalog/catalog.ts';
import { ReadCatalogEnvironment } from '../../shared/catalog/environments.ts';
import { listPackages } from '../../shared/catalog/list-packages.ts';
import { listPackagesRoute } from '../../shared/catalog/routes.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const catalog = openCatalog(connectTable(readEnvironment(ReadCatalogEnvironment).CATALOG_TABLE));

export const handler = endpoint(listPackagesRoute, async ({ query, now }) => {
  const packages = await listPackages(catalog, { ...query, now });
  return isRefusal(packages) ? packages : { value: packages };
});
