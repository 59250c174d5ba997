import { createHmac, timingSafeEqual } from 'node:crypto';
import { WebhookRejected } from '../providers/webhook-rejected.ts';
import type { WebhookDelivery } from './webhook.ts';

/** The headers of the Standard Webhooks specification (https://www.standardwebhooks.com). */
export const standardWebhookHeaders = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;

/** How far a signature's time may lie from now, in both directions, as the specification's own libraries have it. */
const toleranceSeconds = 300;

/**
 * Believes a delivery that is signed after the Standard Webhooks specification: HMAC-SHA256 over the id, the second it was sent in and
 * the bytes that came. There are two secrets, in base64, while one replaces the other.
 * @throws WebhookRejected
 */
export function verifyWebhook(
  { rawBody, headers, now }: WebhookDelivery,
  { current, previous }: { current: string; previous?: string | undefined },
): void {
  const [id, timestamp, signatures] = standardWebhookHeaders.map((name) => headers[name] ?? '');
  if (!id || !timestamp || !signatures) throw new WebhookRejected('missing_signature', 'a header is missing');
  // With a dot in it, the same signature would fit another id with another body.
  if (id.includes('.') || !/^\d{1,12}$/.test(timestamp))
    throw new WebhookRejected('bad_signature', 'the id or the time cannot be signed');
  const given = signatures.split(' ').flatMap((signature) => {
    const [version, text = ''] = signature.split(',');
    return version === 'v1' ? [Buffer.from(text, 'base64')] : [];
  });
  const secrets = previous === undefined ? [current] : [current, previous];
  const expected = secrets.map((secret) =>
    createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.`).update(rawBody).digest(),
  );
  if (!expected.some((digest) => given.some((one) => one.length === digest.length && timingSafeEqual(one, digest))))
    throw new WebhookRejected('bad_signature', 'no signature matches the body');
  if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > toleranceSeconds)
    throw new WebhookRejected('stale', `it was signed at ${timestamp}`);
}

function keyOf(secret: string): Buffer {
  return Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
}
