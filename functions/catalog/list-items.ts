import { openCatalog } from '../../shared/catalog/catalog.ts';
import { ReadCatalogEnvironment } from '../../shared/catalog/environments.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { listItems } from '../../shared/shop/present.ts';
import { listItemsRoute } from '../../shared/shop/routes.ts';
import { connectTable } from '../../shared/store/table.ts';

const catalog = openCatalog(connectTable(readEnvironment(ReadCatalogEnvironment).CATALOG_TABLE));

export const handler = endpoint(listItemsRoute, async ({ query, now }) => ({
  value: await listItems(catalog, { ...query, now }),
}));
