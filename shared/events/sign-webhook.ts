import { createHmac } from 'node:crypto';

/** What the secret of the stage holds: the text that endpoints' secrets are made from, and the one before while it is replaced. */
export type SigningKeys = { current: string; previous?: string | undefined };

/**
 * The secrets with which a receiver checks the signatures of an endpoint, the current one first. Each endpoint has its own,
 * made from the stage's: nothing of it is stored, and whoever knows one can't sign for another endpoint.
 */
export function endpointSecrets(keys: SigningKeys, endpointId: string): string[] {
  return keysOf(keys, endpointId).map((key) => `whsec_${key.toString('base64')}`);
}

function keysOf({ current, previous }: SigningKeys, endpointId: string): Buffer[] {
  const masters = previous === undefined ? [current] : [current, previous];
  return masters.map((master) => createHmac('sha256', master).update(`webhook endpoint ${endpointId}`).digest());
}

export type Signed = { 'webhook-id': string; 'webhook-timestamp': string; 'webhook-signature': string };

/**
 * The headers of the Standard Webhooks specification (https://www.standardwebhooks.com): HMAC-SHA256 over the event's id, the
 * time and the body, once with each secret. `now` is when it is sent, not when the event happened.
 */
export function signWebhook(
  keys: SigningKeys,
  { endpointId, eventId, body, now }: { endpointId: string; eventId: string; body: string; now: Date },
): Signed {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signatures = keysOf(keys, endpointId).map(
    (key) => `v1,${createHmac('sha256', key).update(`${eventId}.${timestamp}.${body}`).digest('base64')}`,
  );
  return { 'webhook-id': eventId, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
