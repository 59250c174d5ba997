import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { GetComboEnvironment } from '../../shared/gifts/environments.ts';
import { openCombos } from '../../shared/gifts/get-combo.ts';
import { getComboRoute } from '../../shared/gifts/routes.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(GetComboEnvironment);
const getCombo = openCombos({
  ledger: connectTable(environment.LEDGER_TABLE),
  catalog: openCatalog(connectTable(environment.CATALOG_TABLE)),
});

export const handler = endpoint(getComboRoute, async ({ parameters, now }) => {
  const combo = await getCombo({ ...parameters, now });
  return isRefusal(combo) ? combo : { value: combo };
});
