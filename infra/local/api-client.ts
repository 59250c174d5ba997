import { newId } from '../../shared/identifiers.ts';
import type { LocalCloud } from './cloud.ts';

export type ApiAnswer = { status: number; body: Record<string, unknown>; headers: Headers };

type Call = { body?: unknown; key?: string; scope?: keyof LocalCloud['tokens'] };

/** Calls the local API as the app's back end would: a token of the scope that the method needs, and a fresh key for each POST. */
export function apiClient({ apiUrl, tokens }: Pick<LocalCloud, 'apiUrl' | 'tokens'>) {
  async function call(method: string, path: string, { body, key, scope = 'write' }: Call): Promise<ApiAnswer> {
    const response = await fetch(apiUrl + path, {
      method,
      headers: {
        authorization: `Bearer ${tokens[scope]}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(method === 'POST' && { 'idempotency-key': key ?? newId(new Date()) }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: JSON.parse(text || '{}') };
  }
  return {
    get: (path: string, options: Call = {}) => call('GET', path, { scope: 'read', ...options }),
    put: (path: string, body: unknown, options: Call = {}) => call('PUT', path, { body, ...options }),
    post: (path: string, body: unknown, options: Call = {}) => call('POST', path, { body, ...options }),
  };
}
export type ApiClient = ReturnType<typeof apiClient>;
