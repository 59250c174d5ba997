import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { RewardsEnvironment } from '../../shared/rewards/environments.ts';
import { listChallenges } from '../../shared/rewards/list-challenges.ts';
import { listChallengesRoute } from '../../shared/rewards/routes.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(RewardsEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });

export const handler = endpoint(listChallengesRoute, async ({ parameters: { userId }, now }) => {
  const listed = await listChallenges({ ledger, catalog }, { userId, now });
  return isRefusal(listed) ? listed : { value: listed };
});
