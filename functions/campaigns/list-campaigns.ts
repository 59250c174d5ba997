import { ListCampaignsEnvironment } from '../../shared/campaigns/environments.ts';
import { listBudgets } from '../../shared/campaigns/list-budgets.ts';
import { listCampaignsRoute } from '../../shared/campaigns/routes.ts';
import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(ListCampaignsEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });

export const handler = endpoint(listCampaignsRoute, async ({ now }) => ({
  value: await listBudgets({ ledger, catalog }, now),
}));
