import { parseWebhookEndpoint, type WebhookEndpoint } from '../store/items/webhook-endpoint.ts';
import { webhookEndpoints } from '../store/keys.ts';
import { queryAll } from '../store/read.ts';
import type { Table } from '../store/table.ts';

/** All endpoints, by their ids. */
export async function readEndpoints(ledger: Table): Promise<WebhookEndpoint[]> {
  const { pk, prefix } = webhookEndpoints();
  const endpoints: WebhookEndpoint[] = [];
  const query = {
    KeyConditionExpression: 'pk = :all AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':all': pk, ':prefix': prefix },
    ConsistentRead: true,
  };
  for await (const item of queryAll(ledger, query)) endpoints.push(parseWebhookEndpoint(item));
  return endpoints;
}

/** A change of an endpoint is known everywhere after this time at most. */
const endpointsCacheSeconds = 10;

/** All endpoints through a short cache; callers at once share one read. */
export function openEndpoints(ledger: Table): () => Promise<WebhookEndpoint[]> {
  let cached: { until: number; value: Promise<WebhookEndpoint[]> } | undefined;
  return () => {
    if (cached && cached.until > Date.now()) return cached.value;
    const value = readEndpoints(ledger);
    cached = { until: Date.now() + endpointsCacheSeconds * 1000, value };
    value.catch(() => {
      cached = undefined;
    });
    return value;
  };
}
