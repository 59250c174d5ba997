import { createServer } from 'node:http';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { closeServer, listen } from './ports.ts';

export interface TokenRequest {
  /** Scopes as API clients ask for them: `economy/read`. */
  scopes: string[];
  /** The client that the token is for; the authorizer accepts those of the template. */
  clientId: string;
  /** Negative for a token that has expired already. */
  expiresInSeconds?: number;
}

export interface JwtIssuer {
  issuer: string;
  jwksUrl: string;
  issue(request: TokenRequest): Promise<string>;
  close(): Promise<void>;
}

/** A local cloud that stays up for a working week keeps its tokens; a user pool's expire within an hour. */
const tokenLifetimeSeconds = 7 * 24 * 60 * 60;

/** Issues access tokens of the shape that a Cognito user pool gives to a machine client, and publishes its key. */
export async function startJwtIssuer(): Promise<JwtIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  const keys = { keys: [{ ...jwk, kid, alg: 'RS256', use: 'sig' }] };
  const server = createServer((request, response) => {
    const found = request.url === '/.well-known/jwks.json';
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(found ? keys : { message: 'Only /.well-known/jwks.json is here.' }));
  });
  const issuer = await listen(server, 0);
  return {
    issuer,
    jwksUrl: `${issuer}/.well-known/jwks.json`,
    async issue({ scopes, clientId, expiresInSeconds = tokenLifetimeSeconds }) {
      const now = Math.floor(Date.now() / 1_000);
      return await new SignJWT({ client_id: clientId, scope: scopes.join(' '), token_use: 'access', version: 2 })
        .setProtectedHeader({ alg: 'RS256', kid })
        .setIssuer(issuer)
        .setSubject(clientId)
        .setIssuedAt(Math.min(now, now + expiresInSeconds))
        .setExpirationTime(now + expiresInSeconds)
        .setJti(crypto.randomUUID())
        .sign(privateKey);
    },
    close: () => closeServer(server),
  };
}
