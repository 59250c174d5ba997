import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { timeOfId, uuidV7Pattern } from '../identifiers.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { explainIssues } from './explain-issues.ts';
import type { Route } from './route.ts';

/** Far above any request of this API, far below what the gateway lets through. */
export const largestBodyBytes = 64 * 1024;

/** A key from further ahead is refused: keys sort by time, and a wallet's pruning must not be driven into the future. */
export const keyAheadMilliseconds = 60_000;

const NoQuery = z.strictObject({});

export type ParsedRequest = {
  parameters: unknown;
  query: unknown;
  body: unknown;
  /** Present when the route asks for one. */
  idempotencyKey: string;
};

/** Parses everything a route declares; the first thing that is wrong is the refusal. */
export function parseRequest(route: Route, event: APIGatewayProxyEventV2, now: Date): ParsedRequest | Refusal {
  const parameters = parsePart(route.parameters, event.pathParameters ?? {}, 'The path');
  if (isRefusal(parameters)) return parameters;
  const query = parsePart(route.query ?? NoQuery, event.queryStringParameters ?? {}, 'The query');
  if (isRefusal(query)) return query;
  const idempotencyKey = route.idempotencyKey ? parseKey(event.headers['idempotency-key'], now) : '';
  if (isRefusal(idempotencyKey)) return idempotencyKey;
  const body = route.body ? parseBody(route.body, event, route.largestBodyBytes) : undefined;
  if (isRefusal(body)) return body;
  return { parameters, query, body, idempotencyKey };
}

function parseKey(header: string | undefined, now: Date): string | Refusal {
  if (header === undefined || header === '')
    return refuse(
      'idempotency_key_required',
      'This request needs an Idempotency-Key header with a UUIDv7; it becomes the id of what is created.',
    );
  const key = header.toLowerCase();
  if (!uuidV7Pattern.test(key))
    return refuse(
      'idempotency_key_invalid',
      'The Idempotency-Key must be a UUIDv7 (RFC 9562), so that keys sort by time.',
    );
  if (timeOfId(key) > now.getTime() + keyAheadMilliseconds)
    return refuse(
      'idempotency_key_invalid',
      'The Idempotency-Key lies more than one minute in the future: check the clock that makes it.',
    );
  return key;
}

function parseBody(
  schema: z.ZodMiniType,
  event: APIGatewayProxyEventV2,
  limitBytes: number = largestBodyBytes,
): unknown | Refusal {
  const text = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : (event.body ?? '');
  if (Buffer.byteLength(text) > limitBytes)
    return refuse('body_too_large', `The body may have ${limitBytes} bytes at most.`, { limitBytes });
  const type = event.headers['content-type'];
  if (type !== undefined && !/^application\/json\s*(;|$)/i.test(type))
    return refuse('unsupported_media_type', 'Send the body as application/json.');
  return parseJson(schema, text);
}

/** A body by its schema, or the refusal of what is wrong with it. */
export function parseJson<Schema extends z.ZodMiniType>(schema: Schema, text: string): z.output<Schema> | Refusal {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('malformed_request', 'The body is not valid JSON.');
  }
  return parsePart(schema, value, 'The body') as z.output<Schema> | Refusal;
}

function parsePart(schema: z.ZodMiniType | undefined, value: unknown, where: string): unknown | Refusal {
  if (!schema) return {};
  // The input tells a missing field from one of the wrong type; it goes no further than that.
  const parsed = z.safeParse(schema, value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const errors = explainIssues(parsed.error.issues);
  const first = errors[0];
  const at = first?.field ? `${where}'s ${first.field}` : where;
  return refuse('malformed_request', `${at} ${first?.problem ?? 'is not as documented'}.`, { errors });
}
