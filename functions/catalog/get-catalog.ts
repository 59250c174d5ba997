import { OperateCatalogEnvironment } from '../../shared/catalog/environments.ts';
import { getCatalogRoute } from '../../shared/catalog/operation-routes.ts';
import { presentCatalog } from '../../shared/catalog/present-catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { connectTable } from '../../shared/store/table.ts';

const catalog = connectTable(readEnvironment(OperateCatalogEnvironment).CATALOG_TABLE);

export const handler = endpoint(getCatalogRoute, async ({ now }) => ({ value: await presentCatalog(catalog, now) }));
