import { createPrivateKey, createPublicKey, randomBytes, sign, verify } from 'node:crypto';
import * as z from 'zod/mini';
import { createSigningIdentity } from './certificate.ts';
import type { SimulatorReply, SimulatorRequest, SimulatorRoute } from './simulator-server.ts';

/** What a push token says; what is named replaces what Google would say. */
type PushClaims = Partial<{
  audience: string;
  email: string;
  emailVerified: boolean;
  issuer: string;
  issuedSecondsAgo: number;
  /** Signs with another key than the published one. */
  forged: boolean;
}>;

export type GoogleIdentity = {
  routes: SimulatorRoute[];
  /** Refuses a call without a token that was given to the service account. */
  refuseStranger(request: SimulatorRequest): SimulatorReply | undefined;
  pushToken(claims?: PushClaims): string;
  /** Makes every access token that was given worthless. */
  revoke(): void;
};

export type GoogleIdentityOptions = {
  clientEmail: string;
  privateKey: string;
  pushServiceAccount: string;
  audience: () => string;
};

const hourSeconds = 3_600;
const oneDayMs = 24 * hourSeconds * 1000;
const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** Gives access tokens for assertions of the service account, and signs push tokens with a key whose certificate it serves. */
export async function createGoogleIdentity(options: GoogleIdentityOptions): Promise<GoogleIdentity> {
  const now = Date.now();
  const validity = { validFrom: new Date(now - oneDayMs), validTo: new Date(now + 365 * oneDayMs) };
  const [published, other] = await Promise.all([
    createSigningIdentity({ name: 'Simulated Google sign-on', ...validity }),
    createSigningIdentity({ name: 'Somebody else', ...validity }),
  ]);
  const keyId = randomBytes(20).toString('hex');
  const accountKey = createPublicKey(createPrivateKey(options.privateKey));
  const tokens = new Set<string>();

  function giveToken({ body }: SimulatorRequest): SimulatorReply {
    const form = new URLSearchParams(body.toString('utf8'));
    if (form.get('grant_type') !== grantType) return oauthError('unsupported_grant_type', 'Invalid grant_type');
    const claims = readAssertion(form.get('assertion') ?? '', (data, signature) =>
      verify('sha256', data, accountKey, signature),
    );
    if (claims?.iss !== options.clientEmail) return oauthError('invalid_grant', 'Invalid JWT Signature.');
    const token = `ya29.${randomBytes(60).toString('base64url')}`;
    tokens.add(token);
    return { status: 200, body: { access_token: token, expires_in: hourSeconds - 1, token_type: 'Bearer' } };
  }

  return {
    routes: [
      { method: 'POST', path: '/token', handle: giveToken },
      {
        method: 'GET',
        path: '/oauth2/v1/certs',
        handle: () => ({
          status: 200,
          body: { [keyId]: published.certificatePem },
          headers: { 'cache-control': 'public, max-age=20000, must-revalidate, no-transform' },
        }),
      },
    ],
    refuseStranger({ headers }) {
      const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
      return tokens.has(token) ? undefined : unauthenticated();
    },
    pushToken({ forged = false, issuedSecondsAgo = 0, ...claims } = {}) {
      const iat = Math.floor(Date.now() / 1000) - issuedSecondsAgo;
      const email = claims.email ?? options.pushServiceAccount;
      const payload = {
        aud: claims.audience ?? options.audience(),
        azp: '113774264463038321964',
        email,
        email_verified: claims.emailVerified ?? true,
        exp: iat + hourSeconds,
        iat,
        iss: claims.issuer ?? 'https://accounts.google.com',
        sub: '113774264463038321964',
      };
      const signed = [{ alg: 'RS256', kid: keyId, typ: 'JWT' }, payload].map(base64urlOf).join('.');
      const key = (forged ? other : published).privateKey;
      return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
    },
    revoke: () => tokens.clear(),
  };
}

const Assertion = z.object({
  iss: z.string(),
  scope: z.literal('https://www.googleapis.com/auth/androidpublisher'),
  aud: z.literal('https://oauth2.googleapis.com/token'),
  exp: z.int(),
});

function readAssertion(
  jwt: string,
  isSigned: (data: Buffer, signature: Buffer) => boolean,
): z.infer<typeof Assertion> | undefined {
  const [header = '', payload = '', signature = ''] = jwt.split('.');
  if (!isSigned(Buffer.from(`${header}.${payload}`), Buffer.from(signature, 'base64url'))) return undefined;
  const claims = Assertion.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  return claims.exp * 1000 > Date.now() ? claims : undefined;
}

function base64urlOf(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function oauthError(error: string, description: string): SimulatorReply {
  return { status: 400, body: { error, error_description: description } };
}

function unauthenticated(): SimulatorReply {
  const message = 'Request had invalid authentication credentials. Expected OAuth 2 access token.';
  return { status: 401, body: { error: { code: 401, message, status: 'UNAUTHENTICATED' } } };
}
