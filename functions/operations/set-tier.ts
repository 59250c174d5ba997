import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { SetTierEnvironment } from '../../shared/operations/environments.ts';
import { setTierRoute } from '../../shared/operations/rule-routes.ts';
import { setTier } from '../../shared/operations/set-tier.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(SetTierEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });

export const handler = endpoint(setTierRoute, async ({ parameters, body, caller, now }) => {
  const wallet = await setTier({ ledger, catalog }, { ...parameters, ...body, caller, now });
  return isRefusal(wallet) ? wallet : { value: { ...parameters, tier: body.tier } };
});
