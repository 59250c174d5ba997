import { verify } from 'node:crypto';
import * as z from 'zod/mini';
import { AppId } from '../identifiers.ts';
import { type AdView, TransactionId } from '../rewards/ad-view.ts';
import type { AdMobKeys } from './admob-keys.ts';
import { WebhookRejected } from './webhook-rejected.ts';

/** Google calls when the ad was watched, and again five times within seconds when it is not heard. */
const oldestSeconds = 3_600;
const newestSeconds = 300;

const Callback = z.object({
  ad_unit: z.string().check(z.regex(/^\d{1,20}$/)),
  timestamp: z.string().check(z.regex(/^\d{13}$/)),
  transaction_id: TransactionId,
  user_id: z.optional(z.string()),
});

/** The two come last and in this order; before them is what is signed. */
const signedQuery = /^(.*)&signature=([A-Za-z0-9_-]+={0,2})&key_id=(\d{1,20})$/s;

type Delivery = { rawQuery: string; keys: AdMobKeys; now: Date };

/**
 * Reads a callback of AdMob's server-side verification, a GET whose query is signed (ECDSA on P-256, SHA-256, DER, base64url).
 * @throws WebhookRejected when Google has not signed it, it is stale, or cannot be read as one thing only.
 */
export async function readAdMobCallback({ rawQuery, keys, now }: Delivery): Promise<AdView> {
  const [, encoded = '', signature = '', keyId = ''] = signedQuery.exec(rawQuery) ?? [];
  if (encoded === '') throw new WebhookRejected('missing_signature', 'its query does not end with a signature');
  const signed = decode(encoded);
  const key = await keys(keyId, now);
  if (!key) throw new WebhookRejected('bad_signature', 'Google has no such key');
  if (!verify('sha256', Buffer.from(signed), key, Buffer.from(signature, 'base64url')))
    throw new WebhookRejected('bad_signature', 'the signature does not match');
  const parsed = z.safeParse(Callback, parametersOf(signed));
  if (!parsed.success) throw new WebhookRejected('malformed', 'its query is not that of a watched ad');
  const { ad_unit: adMobUnit, timestamp, transaction_id: transactionId, user_id: user } = parsed.data;
  const ageSeconds = (now.getTime() - Number(timestamp)) / 1000;
  if (ageSeconds > oldestSeconds || ageSeconds < -newestSeconds)
    throw new WebhookRejected('stale', 'its time is too far from now');
  const userId = z.safeParse(AppId, user).data;
  return { network: 'admob', transactionId, ...(userId !== undefined && { userId }), shownIn: { adMobUnit } };
}

/** Google signs the query before it is percent-encoded. What was seen of its callbacks (`Key%20Doubler`) leaves a plus a plus. */
function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch (error) {
    throw new WebhookRejected('malformed', 'its query is not percent-encoded', { cause: error });
  }
}

/**
 * All apps' callbacks are signed with the same keys, and what is signed does not show which `&` was in a value. Somebody could have an app of
 * their own sign the parameters of ours, within a text that an app may choose; they would then be there twice, and no genuine callback has any twice.
 */
function parametersOf(signed: string): Record<string, string> {
  const pairs = signed.split('&').map((pair): [string, string] => {
    const equals = pair.indexOf('=');
    if (equals < 1) throw new WebhookRejected('malformed', 'a part of its query has no name');
    return [pair.slice(0, equals), pair.slice(equals + 1)];
  });
  const names = new Set(pairs.map(([name]) => name));
  if (names.size < pairs.length) throw new WebhookRejected('malformed', 'a parameter is there twice');
  return Object.fromEntries(pairs);
}
