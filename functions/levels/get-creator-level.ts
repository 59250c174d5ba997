import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { openCreators } from '../../shared/levels/climbers.ts';
import { GetLevelEnvironment } from '../../shared/levels/environments.ts';
import { getCreatorLevel } from '../../shared/levels/get-level.ts';
import { getCreatorLevelRoute } from '../../shared/levels/routes.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(GetLevelEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const stores = {
  creators: openCreators({ ledger, boards: connectTable(environment.BOARDS_TABLE) }),
  catalog: openCatalog(connectTable(environment.CATALOG_TABLE)),
};

export const handler = endpoint(getCreatorLevelRoute, async ({ parameters, query, now }) => {
  const level = await getCreatorLevel(stores, { ...parameters, ...query, now });
  return isRefusal(level) ? level : { value: level };
});
