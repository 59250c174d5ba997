import { createHmac } from 'node:crypto';
import type { WebhookEndpoint } from '../store/items/webhook-endpoint.ts';

/** What the secret of the stage holds: the text that endpoints' secrets are made from, and the one before while it is replaced. */
export type SigningKeys = { current: string; previous?: string | undefined };

/** Whose secrets they are, and which of them. */
type Keyed = Pick<WebhookEndpoint, 'endpointId' | 'secretVersion' | 'formerSecretVersion' | 'formerSecretUntil'>;

/**
 * The secrets with which a receiver checks the signatures of an endpoint, the current one first. Each endpoint has its own,
 * made from the stage's: nothing of it is stored, and whoever knows one can't sign for another endpoint.
 */
export function endpointSecrets(keys: SigningKeys, endpoint: Keyed, now: Date): string[] {
  return keysOf(keys, endpoint, now).map((key) => `whsec_${key.toString('base64')}`);
}

function keysOf({ current, previous }: SigningKeys, endpoint: Keyed, now: Date): Buffer[] {
  const { endpointId, secretVersion = 1, formerSecretVersion, formerSecretUntil = '' } = endpoint;
  const isFormerKept = formerSecretVersion !== undefined && formerSecretUntil > now.toISOString();
  const versions = isFormerKept ? [secretVersion, formerSecretVersion] : [secretVersion];
  const masters = previous === undefined ? [current] : [current, previous];
  return masters.flatMap((master) =>
    versions.map((version) => createHmac('sha256', master).update(secretName(endpointId, version)).digest()),
  );
}

/** What a secret is made for; endpoints' ids have no blanks. */
function secretName(endpointId: string, version: number): string {
  return version === 1 ? `webhook endpoint ${endpointId}` : `webhook endpoint ${endpointId} ${version}`;
}

export type Signed = { 'webhook-id': string; 'webhook-timestamp': string; 'webhook-signature': string };

/**
 * The headers of the Standard Webhooks specification (https://www.standardwebhooks.com): HMAC-SHA256 over the event's id, the
 * time and the body, once with each secret. `now` is when it is sent, not when the event happened.
 */
export function signWebhook(
  keys: SigningKeys,
  { endpoint, eventId, body, now }: { endpoint: Keyed; eventId: string; body: string; now: Date },
): Signed {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signatures = keysOf(keys, endpoint, now).map(
    (key) => `v1,${createHmac('sha256', key).update(`${eventId}.${timestamp}.${body}`).digest('base64')}`,
  );
  return { 'webhook-id': eventId, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
