import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { count } from '../../shared/observability.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { enterChallenge } from '../../shared/rewards/enter-challenge.ts';
import { RewardsEnvironment } from '../../shared/rewards/environments.ts';
import { presentEntry } from '../../shared/rewards/present.ts';
import { enterChallengeRoute } from '../../shared/rewards/routes.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(RewardsEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });

export const handler = endpoint(enterChallengeRoute, async ({ parameters, body, idempotencyKey, now }) => {
  const entered = await enterChallenge({ ledger, catalog }, { ...parameters, ...body, entryId: idempotencyKey, now });
  if (isRefusal(entered)) {
    if (entered.facts.reason === 'used_up') count('CampaignsUsedUp');
    return entered;
  }
  if (!entered.replayed) count('ChallengesRewarded');
  return { value: presentEntry(entered), replayed: entered.replayed };
});
