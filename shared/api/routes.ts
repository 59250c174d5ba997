import * as z from 'zod/mini';
import { defineRoute } from '../http/route.ts';

export const getHealthRoute = defineRoute({
  operationId: 'getHealth',
  method: 'GET',
  path: '/v1/health',
  summary: 'Ask whether the API answers',
  description:
    'Says that the gateway and its functions run, and which version. It touches no storage: a monitor may ask as often ' +
    'as it likes, and one slow table does not make the whole API look dead. The alarms watch the rest.',
  status: 200,
  answer: z.object({ status: z.literal('ok'), version: z.string() }),
  refusals: ['malformed_request'],
  examples: { answer: { status: 'ok', version: '0.1.0' } },
});

export const getOpenApiRoute = defineRoute({
  operationId: 'getOpenApi',
  method: 'GET',
  path: '/v1/openapi.json',
  summary: 'Read this document',
  cacheSeconds: 300,
  status: 200,
  answer: z.looseObject({ openapi: z.string() }),
  refusals: ['malformed_request'],
});
