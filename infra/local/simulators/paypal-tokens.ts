import { randomBytes } from 'node:crypto';
import type { SimulatorReply, SimulatorRequest, SimulatorRoute } from './simulator-server.ts';

export type PayPalTokens = {
  route: SimulatorRoute;
  refuseStranger(request: SimulatorRequest): SimulatorReply | undefined;
  /** Makes every token that was given worthless, and sets how long new ones last. */
  revoke(settings: { lifetimeSeconds?: number | undefined }): void;
  /** How many tokens were given. */
  given(): number;
};

/** PayPal's usual `expires_in`: nine hours. */
const usualLifetimeSeconds = 32_400;

/** OAuth 2.0 client credentials, as PayPal does them. */
export function createPayPalTokens({
  clientId,
  clientSecret,
}: {
  clientId: string;
  clientSecret: string;
}): PayPalTokens {
  const expected = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  const expiryByToken = new Map<string, number>();
  let lifetimeSeconds = usualLifetimeSeconds;
  let given = 0;

  function giveToken({ headers, body }: SimulatorRequest): SimulatorReply {
    if (headers.authorization !== expected) {
      return oauthError('invalid_client', 'Client Authentication failed');
    }
    if (new URLSearchParams(body.toString('utf8')).get('grant_type') !== 'client_credentials') {
      return { status: 400, body: { error: 'unsupported_grant_type', error_description: 'Grant Type is NULL' } };
    }
    const token = `A21AA${randomBytes(40).toString('base64url')}`;
    expiryByToken.set(token, Date.now() + lifetimeSeconds * 1000);
    given += 1;
    const scope = 'https://uri.paypal.com/payments/payouts';
    return {
      status: 200,
      body: { scope, access_token: token, token_type: 'Bearer', app_id: 'APP-SIMULATED', expires_in: lifetimeSeconds },
    };
  }

  return {
    route: { method: 'POST', path: '/v1/oauth2/token', handle: giveToken },
    refuseStranger({ headers }) {
      const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
      const isKnown = (expiryByToken.get(token) ?? 0) > Date.now();
      return isKnown ? undefined : oauthError('invalid_token', 'Token signature verification failed');
    },
    revoke(settings) {
      expiryByToken.clear();
      lifetimeSeconds = settings.lifetimeSeconds ?? usualLifetimeSeconds;
    },
    given: () => given,
  };
}

function oauthError(error: string, description: string): SimulatorReply {
  return { status: 401, body: { error, error_description: description } };
}
