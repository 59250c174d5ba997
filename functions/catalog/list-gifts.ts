import { openCatalog } from '../../shared/catalog/catalog.ts';
import { ReadCatalogEnvironment } from '../../shared/catalog/environments.ts';
import { listGifts } from '../../shared/catalog/list-gifts.ts';
import { listGiftsRoute } from '../../shared/catalog/routes.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { connectTable } from '../../shared/store/table.ts';

const catalog = openCatalog(connectTable(readEnvironment(ReadCatalogEnvironment).CATALOG_TABLE));

export const handler = endpoint(listGiftsRoute, async ({ query, now }) => ({
  value: await listGifts(catalog, { ...query, now }),
}));
