import type * as z from 'zod/mini';
import { type AppleTransactions, createAppleTransactions } from '../providers/apple-api.ts';
import { type AppleEnvironment, type AppleVerifier, createAppleVerifier } from '../providers/apple-signed-data.ts';
import { AppleSecret, openSecret } from '../secrets.ts';

export type AppleTrustSettings = { APPLE_SECRET_ID: string; APPLE_ENVIRONMENT: AppleEnvironment };
export type AppleSettings = AppleTrustSettings & { APPLE_API_URL: string };

/** What the App Store signs, and what it can be told and asked. */
export type Apple = { verifier: AppleVerifier; transactions: AppleTransactions };

/** Gives what verifies; called for each request, so that a changed secret is in use without a new deployment. */
export function connectAppleVerifier(settings: AppleTrustSettings): () => Promise<AppleVerifier> {
  const environment = settings.APPLE_ENVIRONMENT;
  return fromSecret(settings, (secret) => createAppleVerifier({ ...secret, environment }));
}

/** As `connectAppleVerifier`, with the App Store's API. @param timeoutSeconds Limit for a call, which is made once. */
export function connectApple(settings: AppleSettings, timeoutSeconds: number): () => Promise<Apple> {
  const { APPLE_API_URL: apiUrl, APPLE_ENVIRONMENT: environment } = settings;
  return fromSecret(settings, (secret) => {
    const verifier = createAppleVerifier({ ...secret, environment });
    return {
      verifier,
      transactions: createAppleTransactions({ ...secret, apiUrl, environment, timeoutSeconds }, verifier),
    };
  });
}

/** Makes something of the secret anew whenever that has changed. */
function fromSecret<Made>(
  { APPLE_SECRET_ID }: AppleTrustSettings,
  make: (secret: Secret) => Made,
): () => Promise<Made> {
  const readSecret = openSecret(APPLE_SECRET_ID, AppleSecret);
  let current: { of: Secret; made: Made } | undefined;
  return async () => {
    // The cached secret is the same object until it is read again.
    const secret = await readSecret();
    if (current?.of !== secret) current = { of: secret, made: make(secret) };
    return current.made;
  };
}

type Secret = z.output<typeof AppleSecret>;
