import { createHash, randomBytes } from 'node:crypto';
import type { Records } from './record-file.ts';
import type { SimulatorReply, SimulatorRequest, SimulatorRoute } from './simulator-server.ts';
import { type FormValue, parseStripeForm } from './stripe-form.ts';

/** What a simulated Stripe answered under an idempotency key. */
export type RememberedAnswer = { fingerprint: string; status: number; body: unknown };

export type Form = Record<string, FormValue>;

/** What a route of the API gets of its request; `account` is the connected account that it is made for. */
export type StripeCall = {
  params: Record<string, string>;
  form: Form;
  query: URLSearchParams;
  account: string | undefined;
};

/** Makes a route that wants the API key and honours idempotency keys. */
export type MakeRoute = (
  method: 'GET' | 'POST',
  path: string,
  handle: (call: StripeCall) => SimulatorReply,
) => SimulatorRoute;

/** Stripe's version of its API at the time of writing, for callers that do not name one. */
export const defaultApiVersion = '2026-10-28.endive';

export function stripeRoutes({ apiKey, answers }: { apiKey: string; answers: Records<RememberedAnswer> }): MakeRoute {
  return (method, path, handle) => ({
    method,
    path,
    handle(request) {
      const refused = refuseStranger(request, apiKey);
      if (refused) return refused;
      const { params, query, body } = request;
      const call = { params, query, account: accountOf(request), form: parseStripeForm(body.toString('utf8')) };
      const reply = method === 'POST' ? onceOnly(answers, request, () => handle(call)) : handle(call);
      return withStripeHeaders(reply, request);
    },
  });
}

function accountOf({ headers }: SimulatorRequest): string | undefined {
  const account = headers['stripe-account'];
  return typeof account === 'string' ? account : undefined;
}

function refuseStranger(request: SimulatorRequest, apiKey: string): SimulatorReply | undefined {
  const { authorization = '' } = request.headers;
  const basic = `Basic ${Buffer.from(`${apiKey}:`).toString('base64')}`;
  if (authorization === `Bearer ${apiKey}` || authorization === basic) return undefined;
  const message = authorization ? 'Invalid API Key provided' : 'You did not provide an API key.';
  return stripeError(401, { type: 'invalid_request_error', message });
}

/**
 * The same key with the same request gives the first answer again, also when that was a refusal; with another request it is
 * an error. Keys are of the account that a request is made for. A request whose parameters cannot be read is not remembered.
 */
function onceOnly(
  answers: Records<RememberedAnswer>,
  request: SimulatorRequest,
  handle: () => SimulatorReply,
): SimulatorReply {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string') return handle();
  const fingerprint = createHash('sha256').update(`${request.path}\n`).update(request.body).digest('hex');
  const id = [accountOf(request) ?? [], key].flat().join(' ');
  const remembered = answers.get(id);
  if (!remembered) {
    const reply = handle();
    if ('status' in reply && !isUnreadable(reply))
      answers.put(id, { fingerprint, status: reply.status, body: reply.body });
    return reply;
  }
  if (remembered.fingerprint !== fingerprint) {
    const message = 'Keys for idempotent requests can only be used with the same parameters they were first used with.';
    return stripeError(400, { type: 'idempotency_error', message });
  }
  return { status: remembered.status, body: remembered.body, headers: { 'idempotent-replayed': 'true' } };
}

/** Refused before anything was executed. */
function isUnreadable({ body }: { body: unknown }): boolean {
  const { error } = body as { error?: { code?: string } };
  return error?.code?.startsWith('parameter_') ?? false;
}

function withStripeHeaders(reply: SimulatorReply, request: SimulatorRequest): SimulatorReply {
  if ('unanswered' in reply) return reply;
  const key = request.headers['idempotency-key'];
  const headers = {
    'request-id': `req_${randomBytes(7).toString('hex')}`,
    'stripe-version': String(request.headers['stripe-version'] ?? defaultApiVersion),
    ...(typeof key === 'string' ? { 'idempotency-key': key } : {}),
  };
  return { ...reply, headers: { ...headers, ...reply.headers } };
}

export function stripeError(
  status: number,
  error: { type: string; message: string } & Record<string, unknown>,
): SimulatorReply {
  return { status, body: { error } };
}

export function invalid(message: string, more: { code?: string; param?: string } = {}): SimulatorReply {
  return stripeError(400, { type: 'invalid_request_error', message, ...more });
}

export function found(thing: object | undefined, kind: string, id: string): SimulatorReply {
  if (thing) return { status: 200, body: thing };
  const message = `No such ${kind}: '${id}'`;
  return stripeError(404, { type: 'invalid_request_error', code: 'resource_missing', param: 'intent', message });
}

export function stringsOf(values: Record<string, FormValue>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

/** One page of a list whose newest entry comes first. */
export function pageOf(url: string, newestFirst: { id: string }[], query: URLSearchParams): SimulatorReply {
  const after = query.get('starting_after');
  const from = after === null ? 0 : newestFirst.findIndex(({ id }) => id === after) + 1;
  const data = newestFirst.slice(from, from + Number(query.get('limit') ?? 10));
  return { status: 200, body: { object: 'list', url, data, has_more: from + data.length < newestFirst.length } };
}
