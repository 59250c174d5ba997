import { OperateCatalogEnvironment } from '../../shared/catalog/environments.ts';
import { listVersions } from '../../shared/catalog/find-versions.ts';
import { listCatalogVersionsRoute } from '../../shared/catalog/operation-routes.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { connectTable } from '../../shared/store/table.ts';

const catalog = connectTable(readEnvironment(OperateCatalogEnvironment).CATALOG_TABLE);

export const handler = endpoint(listCatalogVersionsRoute, async ({ parameters: { kind }, now }) => {
  const versions = await listVersions(catalog, kind, now);
  return { value: { versions: versions.map((version) => ({ ...version, kind })) } };
});
