import type * as z from 'zod/mini';
import type { Route } from '../route.ts';
import type { JsonObject, SchemaBook } from './schema-book.ts';

export const idempotencyKeyParameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description:
    'A UUIDv7 (RFC 9562) made by the caller; it becomes the id of what is created. The same key with the same request ' +
    'gives the same answer again and does nothing twice, however late it comes; with another request it is refused. ' +
    'A key from more than one minute in the future is refused.',
  schema: { $ref: '#/components/schemas/UuidV7' },
  example: '0199e5a0-0000-7000-8000-000000000002',
};

/** All parameters of a route: those of its path, its query and its headers. */
export function parametersOf(route: Route, book: SchemaBook): JsonObject[] {
  const { operationId, parameters, query, idempotencyKey, signatureHeaders = [], examples } = route;
  const owner = operationId.charAt(0).toUpperCase() + operationId.slice(1);
  return [
    ...partsOf('path', { schema: parameters, examples: examples?.parameters, owner }, book),
    ...partsOf('query', { schema: query, examples: examples?.query, owner }, book),
    ...(idempotencyKey ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
    ...signatureHeaders.map((name) => ({
      name,
      in: 'header',
      required: true,
      description: book.word(owner, name),
      schema: { type: 'string' },
    })),
  ];
}

type Parts = {
  schema: z.ZodMiniType | undefined;
  examples: Record<string, string> | undefined;
  owner: string;
};

function partsOf(where: 'path' | 'query', { schema, examples, owner }: Parts, book: SchemaBook): JsonObject[] {
  if (!schema) return [];
  return book.properties(schema, owner).map(({ name, required, schema: type, description }) => {
    const example = examples?.[name];
    return {
      name,
      in: where,
      required,
      description,
      schema: wireTypes[name] ?? type,
      ...(example !== undefined && { example: name in wireTypes ? Number(example) : example }),
    };
  });
}

/** What is text on its way and a number to everybody who reads the document; a test holds it to what is parsed. */
export const wireTypes: Record<string, JsonObject> = {
  limit: { type: 'integer', minimum: 1, maximum: 100, default: 25 },
};
