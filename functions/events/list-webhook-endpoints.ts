import { readEnvironment } from '../../shared/environment.ts';
import { ListWebhookEndpointsEnvironment } from '../../shared/events/environments.ts';
import { readEndpoints } from '../../shared/events/read-endpoints.ts';
import { listWebhookEndpointsRoute } from '../../shared/events/routes.ts';
import { presentEndpoint } from '../../shared/events/schemas.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(ListWebhookEndpointsEnvironment).LEDGER_TABLE);

export const handler = endpoint(listWebhookEndpointsRoute, async () => ({
  value: { endpoints: (await readEndpoints(ledger)).map(presentEndpoint) },
}));
