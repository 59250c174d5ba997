import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';

/** A token that was found good, as the function sees it. */
export interface AcceptedToken {
  /** All as text, as API Gateway passes them. */
  claims: Record<string, string>;
  /** Those of the route's scopes that the token has; null when the route asks for none. */
  scopes: string[] | null;
}

type Authorization =
  | { outcome: 'accepted'; token: AcceptedToken }
  | { outcome: 'unauthorized'; reason: string }
  | { outcome: 'insufficient_scope'; required: string[] };

export interface JwtAuthorizerOptions {
  issuer: string;
  jwksUrl: string;
  /** A token's `aud`, or its `client_id` when it has no `aud`, must be one of these. */
  audience: string[];
}

export type Authorize = (header: string | undefined, requiredScopes: string[]) => Promise<Authorization>;

/** Decides as the JWT authorizer of an HTTP API does: signature, issuer, audience, times, then one of the scopes. */
export function createJwtAuthorizer({ issuer, jwksUrl, audience }: JwtAuthorizerOptions): Authorize {
  const keys = createRemoteJWKSet(new URL(jwksUrl));
  return async (header, requiredScopes) => {
    // The scheme may be left out, as with API Gateway.
    const token = header?.replace(/^bearer\s+/i, '').trim();
    if (!token) return { outcome: 'unauthorized', reason: 'The request carries no bearer token.' };
    let claims: JWTPayload;
    try {
      claims = (await jwtVerify(token, keys, { issuer, algorithms: ['RS256'] })).payload;
    } catch (error) {
      return { outcome: 'unauthorized', reason: explain(error) };
    }
    const audiences = [claims.aud ?? claims.client_id ?? []].flat();
    if (!audiences.some((candidate) => audience.includes(String(candidate)))) {
      return { outcome: 'unauthorized', reason: 'The token is not meant for this API.' };
    }
    const granted = String(claims.scope ?? '').split(' ');
    const scopes = requiredScopes.filter((scope) => granted.includes(scope));
    if (requiredScopes.length > 0 && scopes.length === 0)
      return { outcome: 'insufficient_scope', required: requiredScopes };
    return {
      outcome: 'accepted',
      token: { claims: toText(claims), scopes: requiredScopes.length > 0 ? scopes : null },
    };
  };
}

function explain(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'The token has expired.';
  // Which check failed is nothing that the bearer of a forged token needs to know.
  if (error instanceof errors.JOSEError) return 'The token is not valid.';
  throw error;
}

function toText(claims: JWTPayload): Record<string, string> {
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [
      name,
      Array.isArray(value) ? `[${value.join(' ')}]` : String(value),
    ]),
  );
}
