import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { DecideParkedEventEnvironment } from '../../shared/operations/environments.ts';
import { decideParkedEventRoute, presentEvent } from '../../shared/operations/parked-event-routes.ts';
import { decideParkedEvent } from '../../shared/operations/parked-events.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(DecideParkedEventEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });

export const handler = endpoint(decideParkedEventRoute, async ({ parameters, body, caller, now }) => {
  const event = await decideParkedEvent({ ledger, catalog }, { ...parameters, ...body, caller, now });
  return isRefusal(event) ? event : { value: presentEvent(event) };
});
