import type * as z from 'zod/mini';
import type { JsonObject, SchemaBook } from './schema-book.ts';

/** An event that the API sends of its own accord. */
export type Webhook = { summary: string; schemaName: string; schema: z.ZodMiniType };

/** What the document says about the requests that a receiver of webhooks gets, by the type of the event. */
export function webhooksOf(webhooks: Record<string, Webhook>, tag: string, book: SchemaBook): JsonObject {
  return Object.fromEntries(
    Object.entries(webhooks).map(([type, { summary, schemaName, schema }]) => [
      type,
      {
        post: {
          operationId: `receive${schemaName}`,
          tags: [tag],
          summary,
          security: [],
          parameters: headerNames.map((name) => ({
            name,
            in: 'header',
            required: true,
            description: book.word(name),
            schema: { type: 'string' },
          })),
          requestBody: { required: true, content: { 'application/json': { schema: book.refer(schemaName, schema) } } },
          responses: {
            '2XX': { description: 'It is taken.' },
            410: { description: 'The receiver wants nothing more: the endpoint is switched off.' },
            default: { description: 'It is sent again later, for a day.' },
          },
        },
      },
    ]),
  );
}

const headerNames = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
