import { OperateCatalogEnvironment } from '../../shared/catalog/environments.ts';
import { listProposals } from '../../shared/catalog/find-proposals.ts';
import { listProposalsRoute } from '../../shared/catalog/operation-routes.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { parsePage } from '../../shared/http/page.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const catalog = connectTable(readEnvironment(OperateCatalogEnvironment).CATALOG_TABLE);

export const handler = endpoint(listProposalsRoute, async ({ parameters, query, now }) => {
  const page = parsePage(query);
  return isRefusal(page) ? page : { value: await listProposals(catalog, { ...parameters, page, now }) };
});
