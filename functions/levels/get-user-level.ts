import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { openGifters } from '../../shared/levels/climbers.ts';
import { GetLevelEnvironment } from '../../shared/levels/environments.ts';
import { getUserLevel } from '../../shared/levels/get-level.ts';
import { getUserLevelRoute } from '../../shared/levels/routes.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(GetLevelEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const stores = {
  gifters: openGifters({ ledger, boards: connectTable(environment.BOARDS_TABLE) }),
  catalog: openCatalog(connectTable(environment.CATALOG_TABLE)),
};

export const handler = endpoint(getUserLevelRoute, async ({ parameters, query, now }) => {
  const level = await getUserLevel(stores, { ...parameters, ...query, now });
  return isRefusal(level) ? level : { value: level };
});
