import type { Route } from '../route.ts';
import { errorResponses } from './error-responses.ts';
import { parametersOf } from './parameters.ts';
import type { JsonObject, SchemaBook } from './schema-book.ts';

/** What the document says about one route. */
export function operationOf(route: Route, capability: string, book: SchemaBook): JsonObject {
  const { operationId, summary, scope } = route;
  const parameters = parametersOf(route, book);
  const requestBody = requestBodyOf(route, book);
  return {
    operationId,
    tags: [capability],
    summary,
    description: descriptionOf(route),
    security: scope === undefined ? [] : [{ token: [scope] }],
    ...(parameters.length > 0 && { parameters }),
    ...(requestBody && { requestBody }),
    responses: { ...successResponses(route, book), ...errorResponses(route) },
  };
}

function descriptionOf({ description, scope, signatureHeaders }: Route): string {
  const access = scope
    ? `Needs a token with the scope \`${scope}\`.`
    : signatureHeaders
      ? 'Takes no token: the signature is the proof.'
      : 'Takes no token: anybody may call it.';
  return description === undefined ? access : `${description}\n\n${access}`;
}

function requestBodyOf(
  { operationId, method, body, signatureHeaders, examples }: Route,
  book: SchemaBook,
): JsonObject | undefined {
  if (method === 'GET') return undefined;
  if (signatureHeaders && !body) {
    return {
      required: true,
      description: "An event of the provider, in the very bytes that were signed; its shape is the provider's own.",
      content: { 'application/json': { schema: { type: 'object' } } },
    };
  }
  if (!body) return undefined;
  const schema = book.refer(`${capitalized(operationId)}Request`, body);
  return {
    required: true,
    content: { 'application/json': { schema, ...(examples?.body !== undefined && { example: examples.body }) } },
  };
}

const meanings = {
  200: 'What was asked for.',
  201: 'It is created.',
  202: 'It is accepted and kept; its outcome follows.',
} as const;

function successResponses(route: Route, book: SchemaBook): Record<string, JsonObject> {
  const { operationId, status, answer, csv, idempotencyKey, examples } = route;
  const schema = book.refer(`${capitalized(operationId)}Answer`, answer);
  const content = {
    'application/json': { schema, ...(examples && { example: examples.answer }) },
    ...(csv && { 'text/csv': { schema: { type: 'string' } } }),
  };
  const replay = {
    description: 'A replay: this key has succeeded before, and nothing was done again.',
    headers: { 'Idempotency-Replayed': { $ref: '#/components/headers/IdempotencyReplayed' } },
    content,
  };
  return { [status]: { description: meanings[status], content }, ...(idempotencyKey && { 200: replay }) };
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
