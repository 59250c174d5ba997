import * as z from 'zod/mini';
import { UuidV7 } from '../../identifiers.ts';
import type { Route } from '../route.ts';
import { commonResponses } from './error-responses.ts';
import { operationOf } from './operation.ts';
import { idempotencyKeyParameter } from './parameters.ts';
import { problemExamples } from './problem-examples.ts';
import { type JsonObject, SchemaBook, type Vocabulary } from './schema-book.ts';
import { type Webhook, webhooksOf } from './webhooks.ts';

export type ApiDescription = {
  info: JsonObject;
  servers: JsonObject[];
  /** The routes of each capability, and what the capability is for. */
  capabilities: Record<string, { description: string; routes: readonly Route[] }>;
  /** What the API sends of its own accord, by type, and the capability it belongs to. */
  webhooks: { capability: string; byType: Record<string, Webhook> };
  vocabulary: Vocabulary;
};

export type OpenApiDocument = {
  openapi: string;
  components: { schemas: Record<string, JsonObject> } & JsonObject;
} & JsonObject;

/** What every error says. Its facts stand beside these members. */
const Problem = z.looseObject({
  type: z.url(),
  title: z.string(),
  status: z.int().check(z.minimum(400), z.maximum(599)),
  code: z.string(),
  detail: z.string(),
  errors: z.optional(z.array(z.object({ field: z.string(), problem: z.string() }))),
});

const GatewayMessage = z.object({ message: z.string() });

/** The OpenAPI 3.1 document of an API, made from nothing but the contracts that its functions parse by. */
export function openApiDocument(description: ApiDescription): OpenApiDocument {
  const { info, servers, capabilities, webhooks, vocabulary } = description;
  const { schemas, words } = vocabulary;
  const book = new SchemaBook({ schemas: { ...schemas, UuidV7, Problem, GatewayMessage }, words });
  for (const [name, schema] of Object.entries({ UuidV7, Problem, GatewayMessage })) book.refer(name, schema);
  const paths: Record<string, JsonObject> = {};
  for (const [capability, { routes }] of Object.entries(capabilities))
    for (const route of routes)
      paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route, capability, book) };
  return {
    openapi: '3.1.0',
    info,
    servers,
    tags: Object.entries(capabilities).map(([name, { description }]) => ({ name, description })),
    paths,
    webhooks: webhooksOf(webhooks.byType, webhooks.capability, book),
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'An access token of the client-credentials grant, with the scope that the operation names.',
        },
      },
      parameters: { IdempotencyKey: idempotencyKeyParameter },
      headers,
      schemas: Object.fromEntries(Object.entries(book.components).toSorted(([a], [b]) => (a < b ? -1 : 1))),
      responses: commonResponses,
      examples: problemExamples(),
    },
  };
}

const headers = {
  IdempotencyReplayed: {
    description: 'Says that the answer is that of an earlier request under the same key.',
    schema: { type: 'string', const: 'true' },
  },
  RetryAfter: {
    description: 'After so many seconds the same request, under the same key, is welcome again.',
    schema: { type: 'integer', minimum: 1 },
  },
};
