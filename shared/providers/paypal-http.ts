import * as z from 'zod/mini';
import { ProviderOutcomeUnknown } from './provider-outcome-unknown.ts';

export type PayPalConnection = {
  clientId: string;
  clientSecret: string;
  /** Origin of the API: https://api-m.paypal.com, https://api-m.sandbox.paypal.com, or that of a simulator. */
  apiUrl: string;
  /** Limit for one request. */
  timeoutSeconds: number;
};

export type PayPalRequest = {
  method: 'GET' | 'POST';
  path: string;
  body?: unknown;
  /** Makes a POST safe to repeat: PayPal answers a second one with the same id as it answered the first. At most 108 characters. */
  requestId?: string;
};

/** An answer of PayPal that is JSON; every other answer is a `ProviderOutcomeUnknown`. */
export type PayPalAnswer = { status: number; body: unknown };

/** PayPal knows the caller not at all, or not for this: an operator must look at the credentials. Nothing was done. */
export class PayPalAccessDenied extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = 'PayPalAccessDenied';
  }
}

/** Tokens live for hours (`expires_in`); one that is about to expire could be refused on its way. */
const renewBeforeExpirySeconds = 60;

const tokenAnswer = z.object({ access_token: z.string().check(z.minLength(1)), expires_in: z.int() });

/**
 * Sends requests to PayPal with an OAuth token of the client credentials, which is kept until shortly before it expires
 * and replaced once when PayPal refuses it. Throws `ProviderOutcomeUnknown` when a request may have had an effect
 * without an answer that says so, and `PayPalAccessDenied` when PayPal gives no token.
 */
export function createPayPalHttp(connection: PayPalConnection): (request: PayPalRequest) => Promise<PayPalAnswer> {
  let token: { value: Promise<string>; expiresAtMs: number } | undefined;

  async function fetchToken(): Promise<{ value: string; expiresAtMs: number }> {
    const credentials = Buffer.from(`${connection.clientId}:${connection.clientSecret}`).toString('base64');
    const { status, body } = await send(connection, '/v1/oauth2/token', {
      method: 'POST',
      headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=client_credentials',
    });
    if (status >= 400) throw new PayPalAccessDenied(`PayPal gave no token (HTTP ${status})`);
    const parsed = tokenAnswer.safeParse(body);
    if (!parsed.success) throw new ProviderOutcomeUnknown("PayPal's token could not be read", { cause: parsed.error });
    const lifetimeSeconds = parsed.data.expires_in - renewBeforeExpirySeconds;
    return { value: parsed.data.access_token, expiresAtMs: Date.now() + lifetimeSeconds * 1000 };
  }

  /** Requests that start together share one token request. */
  function currentToken(): Promise<string> {
    if (token && Date.now() < token.expiresAtMs) return token.value;
    const fetched = fetchToken();
    const entry = { value: fetched.then(({ value }) => value), expiresAtMs: Number.POSITIVE_INFINITY };
    token = entry;
    fetched.then(
      ({ expiresAtMs }) => {
        entry.expiresAtMs = expiresAtMs;
      },
      () => forget(entry.value),
    );
    return entry.value;
  }

  function forget(value: Promise<string>): void {
    if (token?.value === value) token = undefined;
  }

  async function attempt(request: PayPalRequest, accessToken: string): Promise<PayPalAnswer> {
    return send(connection, request.path, {
      method: request.method,
      headers: {
        authorization: `Bearer ${accessToken}`,
        'content-type': 'application/json',
        ...(request.requestId === undefined ? {} : { 'paypal-request-id': request.requestId }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    });
  }

  return async (request) => {
    const first = currentToken();
    const answer = await attempt(request, await first);
    if (answer.status !== 401) return answer;
    forget(first);
    return attempt(request, await currentToken());
  };
}

async function send(connection: PayPalConnection, path: string, init: RequestInit): Promise<PayPalAnswer> {
  const signal = AbortSignal.timeout(connection.timeoutSeconds * 1000);
  try {
    const response = await fetch(new URL(path, connection.apiUrl), { ...init, signal, redirect: 'error' });
    if (response.status >= 500) throw new ProviderOutcomeUnknown(`PayPal answered HTTP ${response.status}`);
    return { status: response.status, body: await response.json() };
  } catch (error) {
    if (error instanceof ProviderOutcomeUnknown) throw error;
    throw new ProviderOutcomeUnknown('PayPal gave no readable answer', { cause: error });
  }
}
