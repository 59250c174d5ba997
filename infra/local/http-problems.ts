import { type HttpAnswer, problemAnswer } from '../../shared/http/problem.ts';

/**
 * The gateway's own refusals. API Gateway answers only `{"message": …}`; the local one says the same as problem+json
 * and keeps `message` beside it, so that a client may rely on either.
 */
export const gatewayProblems = {
  unauthorized: (reason: string) =>
    problem(
      { status: 401, title: 'Not authorized', code: 'unauthorized', detail: reason, message: 'Unauthorized' },
      { 'www-authenticate': 'Bearer error="invalid_token"' },
    ),
  insufficientScope: (required: string[]) =>
    problem(
      {
        status: 403,
        title: 'Scope missing',
        code: 'insufficient_scope',
        detail: `The token needs the scope ${required.join(' or ')}.`,
        message: 'Forbidden',
      },
      { 'www-authenticate': `Bearer error="insufficient_scope", scope="${required.join(' ')}"` },
    ),
  notFound: (method: string, path: string) =>
    problem({
      status: 404,
      title: 'No such route',
      code: 'not_found',
      detail: `The API has no route ${method} ${path}.`,
      message: 'Not Found',
    }),
  tooLarge: () =>
    problem(
      {
        status: 413,
        title: 'Request too large',
        code: 'request_too_large',
        detail: 'A request body holds at most 10 MB.',
        message: 'Request Entity Too Large',
      },
      { connection: 'close' },
    ),
  failed: () =>
    problem({
      status: 500,
      title: 'Internal error',
      code: 'internal_error',
      detail: 'The request could not be handled. It is safe to send it again with the same Idempotency-Key.',
      message: 'Internal Server Error',
    }),
  unavailable: (detail: string) =>
    problem(
      { status: 503, title: 'Unavailable', code: 'unavailable', detail, message: 'Service Unavailable' },
      { 'retry-after': '1' },
    ),
};

function problem(
  { message, ...rest }: { status: number; title: string; code: string; detail: string; message: string },
  headers?: Record<string, string>,
): HttpAnswer {
  return problemAnswer({ ...rest, facts: { message } }, headers);
}
