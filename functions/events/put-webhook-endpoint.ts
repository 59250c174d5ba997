import { readEnvironment } from '../../shared/environment.ts';
import { putEndpoint } from '../../shared/events/change-endpoint.ts';
import { PutWebhookEndpointEnvironment } from '../../shared/events/environments.ts';
import { putWebhookEndpointRoute } from '../../shared/events/routes.ts';
import { presentEndpoint } from '../../shared/events/schemas.ts';
import { endpointSecrets } from '../../shared/events/sign-webhook.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { openSecret, WebhookSigningSecret } from '../../shared/secrets.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(PutWebhookEndpointEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const rules = { announced: environment.ANNOUNCED_TYPES, targets: environment.WEBHOOK_TARGETS };
const signingKeys = openSecret(environment.WEBHOOK_SIGNING_SECRET_ID, WebhookSigningSecret);

export const handler = endpoint(putWebhookEndpointRoute, async ({ parameters, body, caller, now }) => {
  const put = await putEndpoint(ledger, rules, { ...parameters, ...body, caller, now });
  if (isRefusal(put)) return put;
  return { value: { ...presentEndpoint(put), signingSecrets: endpointSecrets(await signingKeys(), put, now) } };
});
