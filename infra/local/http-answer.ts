import * as z from 'zod/mini';
import type { HttpAnswer } from '../../shared/http/problem.ts';
import { gatewayProblems } from './http-problems.ts';

/** An answer that goes out as bytes when it is binary, with the cookies that a function sets. */
export type GatewayAnswer = HttpAnswer & { cookies?: string[]; bytes?: Buffer };

const resultSchema = z.object({
  statusCode: z.int().check(z.minimum(100), z.maximum(599)),
  headers: z.optional(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))),
  cookies: z.optional(z.array(z.string())),
  body: z.optional(z.string()),
  isBase64Encoded: z.optional(z.boolean()),
});

/** What an HTTP API makes of a function's result: a result without a status code is itself the JSON to answer. */
export function answerOf(result: unknown): GatewayAnswer {
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) {
    const body = typeof result === 'string' ? result : JSON.stringify(result);
    return { statusCode: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const parsed = z.safeParse(resultSchema, result);
  if (!parsed.success) return gatewayProblems.failed();
  const { statusCode, cookies, body = '', isBase64Encoded = false } = parsed.data;
  const headers = Object.entries(parsed.data.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return {
    statusCode,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...Object.fromEntries(headers) },
    ...(cookies && { cookies }),
    body,
    ...(isBase64Encoded && { bytes: Buffer.from(body, 'base64') }),
  };
}
