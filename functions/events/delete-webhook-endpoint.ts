import { readEnvironment } from '../../shared/environment.ts';
import { deleteEndpoint } from '../../shared/events/change-endpoint.ts';
import { DeleteWebhookEndpointEnvironment } from '../../shared/events/environments.ts';
import { deleteWebhookEndpointRoute } from '../../shared/events/routes.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(DeleteWebhookEndpointEnvironment).LEDGER_TABLE);

export const handler = endpoint(deleteWebhookEndpointRoute, async ({ parameters }) => {
  const refusal = await deleteEndpoint(ledger, parameters.endpointId);
  return refusal ?? { value: parameters };
});
