import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';
import { PutUserEnvironment } from '../../shared/users/environments.ts';
import { presentUser } from '../../shared/users/present-user.ts';
import { putUser } from '../../shared/users/put-user.ts';
import { putUserRoute } from '../../shared/users/routes.ts';

const environment = readEnvironment(PutUserEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog(connectTable(environment.CATALOG_TABLE));

export const handler = endpoint(putUserRoute, async ({ parameters, body, caller, now }) => {
  const registered = await putUser({ ledger, catalog }, { ...parameters, ...body, caller, now });
  return isRefusal(registered) ? registered : { value: presentUser(registered) };
});
