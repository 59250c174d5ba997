import { OperateCatalogEnvironment } from '../../shared/catalog/environments.ts';
import { findVersion } from '../../shared/catalog/find-versions.ts';
import { getCatalogVersionRoute } from '../../shared/catalog/operation-routes.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const catalog = connectTable(readEnvironment(OperateCatalogEnvironment).CATALOG_TABLE);

export const handler = endpoint(getCatalogVersionRoute, async ({ parameters, now }) => {
  const version = await findVersion(catalog, { ...parameters, now });
  if (isRefusal(version)) return version;
  return { value: { ...version, kind: parameters.kind, value: version.value as Record<string, unknown> } };
});
