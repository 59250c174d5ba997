import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod/mini';
import { AppId } from '../identifiers.ts';
import type { AdView } from '../rewards/ad-view.ts';
import { WebhookRejected } from './webhook-rejected.ts';

/** How far the time of a signature may lie from now, in both directions: what the Standard Webhooks libraries use. */
const toleranceSeconds = 300;

/** Which secrets a signature may be made with: the current one, and the one before while it is replaced. */
type AdSigningKeys = { current: string; previous?: string | undefined };

type Delivery = {
  rawBody: Buffer;
  headers: Readonly<Record<string, string | undefined>>;
  keys: AdSigningKeys;
  now: Date;
};

const Network = z.string().check(z.regex(/^[a-z][a-z0-9_]{0,39}$/));
export const TransactionId = z.string().check(z.regex(/^[A-Za-z0-9_.:@-]{1,128}$/));

/** What the app's own server sends for a network that it has heard of an ad from. */
const AdRewardBody = z.strictObject({
  userId: AppId,
  placement: z.string().check(z.regex(/^[a-z][a-z0-9_]{0,39}$/)),
  network: Network,
  transactionId: TransactionId,
});

/**
 * Reads a callback that is signed as the Standard Webhooks specification has it (https://www.standardwebhooks.com): HMAC-SHA256 over the
 * message's id, its time and the very bytes of the body.
 * @throws WebhookRejected when it is not proved by one of the keys, is stale, or cannot be read.
 */
export function readAdWebhook({ rawBody, headers, keys, now }: Delivery): AdView {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  if (id === undefined || timestamp === undefined || signatures === undefined)
    throw new WebhookRejected('missing_signature', 'it lacks a header of the signature');
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), rawBody]);
  const expected = [keys.current, ...(keys.previous === undefined ? [] : [keys.previous])].map((key) =>
    createHmac('sha256', key).update(signed).digest(),
  );
  if (!isSignedBy(expected, signatures)) throw new WebhookRejected('bad_signature', 'no signature matches');
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now.getTime() / 1000 - Number(timestamp)) > toleranceSeconds)
    throw new WebhookRejected('stale', 'its time is too far from now');
  const parsed = z.safeParse(AdRewardBody, parseJson(rawBody));
  if (!parsed.success) throw new WebhookRejected('malformed', 'its body is no reward for an ad');
  const { placement, ...view } = parsed.data;
  return { ...view, shownIn: { placement } };
}

/** A header may have several signatures, of which one must match; each is compared in the same time, whatever it is. */
function isSignedBy(expected: Buffer[], header: string): boolean {
  const given = header
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => Buffer.from(signature.slice('v1,'.length), 'base64'));
  return given.some((signature) =>
    expected.some((digest) => signature.length === digest.length && timingSafeEqual(signature, digest)),
  );
}

function parseJson(rawBody: Buffer): unknown {
  try {
    return JSON.parse(rawBody.toString('utf8'));
  } catch {
    return undefined;
  }
}
