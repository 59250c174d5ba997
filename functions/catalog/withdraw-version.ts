import { OperateCatalogEnvironment } from '../../shared/catalog/environments.ts';
import { withdrawVersionRoute } from '../../shared/catalog/operation-routes.ts';
import { withdrawVersion } from '../../shared/catalog/withdraw-version.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const catalog = connectTable(readEnvironment(OperateCatalogEnvironment).CATALOG_TABLE);

export const handler = endpoint(withdrawVersionRoute, async ({ parameters, body, caller, now }) => {
  const version = await withdrawVersion(catalog, { ...parameters, ...body, caller, now });
  return isRefusal(version) ? version : { value: { ...version, kind: parameters.kind } };
});
