import { createPublicKey, type KeyObject } from 'node:crypto';
import * as z from 'zod/mini';
import { ProviderOutcomeUnknown } from './provider-outcome-unknown.ts';

/** Google changes its keys now and then, and asks to keep them for a day at most (https://developers.google.com/admob/android/ssv). */
const keptSeconds = 12 * 3_600;

/** Anybody can name a key that there is not; the list is not fetched more often than this for it. */
const pauseSeconds = 60;

const timeoutSeconds = 5;

const KeyList = z.object({ keys: z.array(z.object({ keyId: z.int(), pem: z.string() })) });

/** The key of an id, or nothing when Google has none of that id. @throws ProviderOutcomeUnknown without Google's list. */
export type AdMobKeys = (keyId: string, now: Date) => Promise<KeyObject | undefined>;

type Known = { keys: Map<string, KeyObject>; at: number };

/** Keeps the list that is published at `url` (https://www.gstatic.com/admob/reward/verifier-keys.json). Callers at once share one request. */
export function openAdMobKeys(url: string): AdMobKeys {
  let known: Known | undefined;
  let fetching: Promise<Known> | undefined;
  const isFresh = (seconds: number, now: Date) => known !== undefined && now.getTime() - known.at < seconds * 1000;
  const refresh = async (now: Date) => {
    fetching ??= fetchKeys(url, now).finally(() => {
      fetching = undefined;
    });
    known = await fetching;
  };
  return async (keyId, now) => {
    if (!isFresh(keptSeconds, now)) await refresh(now);
    if (!known?.keys.has(keyId) && !isFresh(pauseSeconds, now)) await refresh(now);
    return known?.keys.get(keyId);
  };
}

async function fetchKeys(url: string, now: Date): Promise<Known> {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeoutSeconds * 1000) });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`${url} answered ${response.status}`);
    }
    const { keys } = z.parse(KeyList, await response.json());
    return { keys: new Map(keys.map(({ keyId, pem }) => [String(keyId), readKey(pem)])), at: now.getTime() };
  } catch (cause) {
    throw new ProviderOutcomeUnknown("AdMob's keys could not be read.", { cause });
  }
}

/** Signatures are of ECDSA on P-256; a key of another kind would be somebody's mistake, or worse. */
function readKey(pem: string): KeyObject {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error('A key is not on the curve P-256.');
  return key;
}
