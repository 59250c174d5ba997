import { count, logger } from '../observability.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { parseWebhookEndpoint, type WebhookEndpoint } from '../store/items/webhook-endpoint.ts';
import { webhookEndpointKey } from '../store/keys.ts';
import type { Table } from '../store/table.ts';
import { transact, updateIf } from '../store/write.ts';
import type { EventTypeName } from './event-types.ts';
import type { WebhookEndpointBody } from './schemas.ts';
import { refuseUrl, type WebhookTargets } from './webhook-url.ts';

export type ChangeEndpoint = WebhookEndpointBody & { endpointId: string; caller: string; now: Date };

type Rules = { announced: ReadonlySet<EventTypeName>; targets: WebhookTargets };

/** Registers an endpoint or changes it. Switched on again, one whose receiver was gone is as any other. */
export async function putEndpoint(
  ledger: Table,
  { announced, targets }: Rules,
  { endpointId, url, types, enabled, secretVersion, caller, now }: ChangeEndpoint,
): Promise<WebhookEndpoint | Refusal> {
  const reason = refuseUrl(url, targets);
  if (reason !== undefined) return refuse('webhook_url_refused', reason);
  const silent = types.filter((type) => !announced.has(type));
  if (silent.length > 0) {
    const detail = `This installation does not announce ${silent.join(', ')}: its stage's configuration says what goes out.`;
    return refuse('event_not_announced', detail, { types: silent });
  }
  if (secretVersion !== undefined) await replaceSecret(ledger, { endpointId, secretVersion, now });
  const updated = await updateIf(ledger, {
    Key: webhookEndpointKey(endpointId),
    UpdateExpression:
      'SET endpointId = :id, #url = :url, #types = :types, enabled = :enabled, changedBy = :by, ' +
      'createdAt = if_not_exists(createdAt, :now), updatedAt = :now ' +
      `${secretVersion === undefined ? '' : ', secretVersion = :secret'} REMOVE goneAt`,
    ExpressionAttributeNames: { '#url': 'url', '#types': 'types' },
    ExpressionAttributeValues: {
      ':id': endpointId,
      ':url': url,
      ':types': [...new Set(types)].sort(),
      ':enabled': enabled,
      ':by': caller,
      ...(secretVersion !== undefined && { ':secret': secretVersion }),
      ':now': now.toISOString(),
    },
  });
  if (!updated.applied) throw new Error('An endpoint is put without a condition.');
  return parseWebhookEndpoint(updated.item);
}

/** Receivers have so long to take on a new secret; until then webhooks are signed with the former as well. */
const formerSecretHours = 24;

/** Remembers the secret that a registered endpoint has now, if it is to have another. */
async function replaceSecret(
  ledger: Table,
  { endpointId, secretVersion, now }: { endpointId: string; secretVersion: number; now: Date },
): Promise<void> {
  const isAnother =
    secretVersion === 1
      ? 'attribute_exists(secretVersion) AND secretVersion <> :version'
      : '(attribute_not_exists(secretVersion) OR secretVersion <> :version)';
  await updateIf(ledger, {
    Key: webhookEndpointKey(endpointId),
    ConditionExpression: `attribute_exists(pk) AND ${isAnother}`,
    UpdateExpression:
      'SET formerSecretVersion = if_not_exists(secretVersion, :first), formerSecretUntil = :until, secretVersion = :version',
    ExpressionAttributeValues: {
      ':version': secretVersion,
      ':first': 1,
      ':until': new Date(now.getTime() + formerSecretHours * 3_600_000).toISOString(),
    },
  });
}

/** Removes an endpoint. What waits for it is dropped when its turn comes. */
export async function deleteEndpoint(ledger: Table, endpointId: string): Promise<Refusal | undefined> {
  const written = await transact(ledger, [
    {
      remove: { Key: webhookEndpointKey(endpointId), ConditionExpression: 'attribute_exists(pk)' },
      failure: () => endpointNotFound(endpointId),
    },
  ]);
  return written.committed ? undefined : written.failures[0];
}

export function endpointNotFound(endpointId: string): Refusal {
  return refuse('webhook_endpoint_not_found', `There is no webhook endpoint ${endpointId}.`, { endpointId });
}

/** A receiver that answers 410 wants nothing more. Unless the endpoint was changed meanwhile, it gets nothing more. */
export async function switchOffGone(ledger: Table, { endpointId, url }: WebhookEndpoint, now: Date): Promise<void> {
  const updated = await updateIf(ledger, {
    Key: webhookEndpointKey(endpointId),
    ConditionExpression: '#url = :url AND enabled = :on',
    UpdateExpression: 'SET enabled = :off, goneAt = :now, updatedAt = :now',
    ExpressionAttributeNames: { '#url': 'url' },
    ExpressionAttributeValues: { ':url': url, ':on': true, ':off': false, ':now': now.toISOString() },
  });
  if (!updated.applied) return;
  count('WebhookEndpointsGone');
  logger.warn('webhook endpoint is gone', { endpointId });
}
