import { type RefusalCode, statusOf, titleOf } from '../../refusals.ts';
import { faults } from '../problem.ts';
import type { Route } from '../route.ts';
import { gatewayMessages, gatewayRefusals } from './gateway-answers.ts';
import type { JsonObject } from './schema-book.ts';

const retryAfter = { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } };

/** What every request may meet, whatever its route. */
export const commonResponses: Record<string, JsonObject> = {
  Unauthorized: gatewayResponse('unauthorized'),
  TooManyRequests: gatewayResponse('too_many_requests'),
  InternalError: problemResponse({
    titles: [faults.internal_error.title],
    codes: ['internal_error'],
    message: gatewayMessages.failed,
  }),
  Busy: {
    ...problemResponse({ titles: [faults.busy.title], codes: ['busy'], message: gatewayMessages.unavailable }),
    headers: retryAfter,
  },
};

/** The responses of a route that say no, by status: each of its refusals, and what every request may meet. */
export function errorResponses(route: Route): Record<string, JsonObject> {
  const byStatus = Map.groupBy(refusalsOf(route), statusOf);
  const refused = [...byStatus].map(([status, codes]) => [String(status), refusedResponse(codes)]);
  return {
    ...(route.scope && { 401: { $ref: '#/components/responses/Unauthorized' } }),
    ...Object.fromEntries(refused),
    ...(route.scope && { 403: forbiddenResponse(byStatus.get(403) ?? []) }),
    429: tooManyResponse(byStatus.get(429) ?? []),
    500: { $ref: '#/components/responses/InternalError' },
    503: { $ref: '#/components/responses/Busy' },
  };
}

/** Those that the contract names, and those that parsing any such request may give. */
function refusalsOf({ refusals, body, idempotencyKey, signatureHeaders }: Route): RefusalCode[] {
  const parsing: RefusalCode[] = [
    ...(signatureHeaders ? [] : (['malformed_request'] as const)),
    ...(idempotencyKey
      ? (['idempotency_key_required', 'idempotency_key_invalid', 'idempotency_key_reused'] as const)
      : []),
    ...(body ? (['body_too_large', 'unsupported_media_type'] as const) : []),
  ];
  return [...new Set([...parsing, ...refusals])];
}

function refusedResponse(codes: RefusalCode[]): JsonObject {
  return problemResponse({ titles: codes.map(titleOf), codes });
}

/** The gateway itself answers for a token without the scope; everything else here is a rule of the ledger. */
function forbiddenResponse(codes: RefusalCode[]): JsonObject {
  const gateway = gatewayRefusals.insufficient_scope;
  return problemResponse({
    titles: [gateway.title, ...codes.map(titleOf)],
    codes: ['insufficient_scope', ...codes],
    message: gateway.message,
  });
}

/** The gateway itself says no to a stage's too many requests; anything else here is a rule of the ledger, and says until when. */
function tooManyResponse(codes: RefusalCode[]): JsonObject {
  if (codes.length === 0) return { $ref: '#/components/responses/TooManyRequests' };
  const gateway = gatewayRefusals.too_many_requests;
  const titles = [gateway.title, ...codes.map(titleOf)];
  return { ...problemResponse({ titles, codes, message: gateway.message }), headers: retryAfter };
}

function gatewayResponse(code: 'unauthorized' | 'too_many_requests'): JsonObject {
  const { title, message } = gatewayRefusals[code];
  return problemResponse({ titles: [title], codes: code === 'unauthorized' ? [code] : [], message });
}

/**
 * A response with a problem of one of the codes, with an example of each. `message` is there where the gateway may
 * answer in place of a function: on AWS it says just that.
 */
function problemResponse(answer: { titles: string[]; codes: string[]; message?: string }): JsonObject {
  const { titles, codes, message } = answer;
  return {
    description: `${titles.join('. ')}.`,
    content: {
      ...(message !== undefined && {
        'application/json': {
          schema: { $ref: '#/components/schemas/GatewayMessage' },
          example: { message },
        },
      }),
      ...(codes.length > 0 && {
        'application/problem+json': {
          schema: { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: codes } } }] },
          examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
        },
      }),
    },
  };
}
