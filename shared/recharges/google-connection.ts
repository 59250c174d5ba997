import type * as z from 'zod/mini';
import { createPushVerifier, type PushVerifier } from '../providers/google-auth.ts';
import { createGooglePlay, type GooglePlay } from '../providers/google-play.ts';
import { GoogleSecret, openSecret } from '../secrets.ts';

export type GooglePlaySettings = {
  GOOGLE_SECRET_ID: string;
  GOOGLE_PLAY_API_URL: string;
  GOOGLE_TOKEN_URL: string;
  GOOGLE_TEST_PURCHASES: 'credited' | 'parked';
};
export type GooglePushSettings = { GOOGLE_SECRET_ID: string; GOOGLE_CERTS_URL: string; GOOGLE_PUSH_AUDIENCE: string };

/** Google Play's API and whether purchases of license testers count. */
export type GoogleAccess = { play: GooglePlay; creditsTests: boolean };

/**
 * Gives access to Google Play; called for each request, so that a replaced key is in use without a new deployment.
 * @param timeoutSeconds Limit for one call; what was lost is done again by whoever asked.
 */
export function connectGooglePlay(settings: GooglePlaySettings, timeoutSeconds: number): () => Promise<GoogleAccess> {
  const { GOOGLE_PLAY_API_URL: apiUrl, GOOGLE_TOKEN_URL: tokenUrl } = settings;
  return fromSecret(settings, (secret) => ({
    play: createGooglePlay({ ...secret, apiUrl, tokenUrl, timeoutSeconds }),
    creditsTests: settings.GOOGLE_TEST_PURCHASES === 'credited',
  }));
}

export type GooglePush = { packageName: string; verify: PushVerifier };

/** Gives what proves that a message was pushed for us, and the app that it must be about. */
export function connectGooglePush(settings: GooglePushSettings, timeoutSeconds: number): () => Promise<GooglePush> {
  const { GOOGLE_CERTS_URL: certsUrl, GOOGLE_PUSH_AUDIENCE: audience } = settings;
  return fromSecret(settings, ({ packageName, pushServiceAccount: serviceAccount }) => ({
    packageName,
    verify: createPushVerifier({ certsUrl, audience, serviceAccount, timeoutSeconds }),
  }));
}

type Secret = z.output<typeof GoogleSecret>;

/** Makes something of the secret anew whenever that has changed. */
function fromSecret<Made>(
  { GOOGLE_SECRET_ID }: Pick<GooglePlaySettings, 'GOOGLE_SECRET_ID'>,
  make: (secret: Secret) => Made,
): () => Promise<Made> {
  const readSecret = openSecret(GOOGLE_SECRET_ID, GoogleSecret);
  let current: { of: string; made: Made } | undefined;
  return async () => {
    const secret = await readSecret();
    // A token is kept with what was made, which therefore outlives the reading of a secret that stayed the same.
    const of = JSON.stringify(secret);
    if (current?.of !== of) current = { of, made: make(secret) };
    return current.made;
  };
}
