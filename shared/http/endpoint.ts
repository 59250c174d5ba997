import middy, { type MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { count, flushMetrics, logger } from '../observability.ts';
import { isRefusal, type Refusal } from '../refusals.ts';
import { isTransient } from '../store/contention.ts';
import { parseRequest } from './parse-request.ts';
import { faults, type HttpAnswer, problemAnswer, refusalAnswer } from './problem.ts';
import type { Route } from './route.ts';

type Output<Schema> = Schema extends z.ZodMiniType ? z.output<Schema> : never;

/** What a use-case gets: every part parsed by the route's schemas. */
type Request<R extends Route> = {
  parameters: Output<NonNullable<R['parameters']>>;
  query: Output<NonNullable<R['query']>>;
  body: Output<NonNullable<R['body']>>;
  idempotencyKey: string;
  /** The client id of the token, for the audit trail of operators' actions. */
  caller: string;
  /** Where the request was sent to, for links back here: scheme, host, and port where it is not the usual one. */
  origin: string;
  now: Date;
};

/**
 * What a use-case gives back: what the route's schema describes; `replayed` when the key had succeeded before; the same as
 * CSV where that was asked for.
 */
type Success<R extends Route> = { value: z.input<R['answer']>; replayed?: boolean; csv?: string };

export type UseCase<R extends Route> = (request: Request<R>) => Promise<Success<R> | Refusal>;

/** One HTTP function: parse by the contract, call the use-case, present its answer by the contract. */
export function endpoint<R extends Route>(route: R, useCase: UseCase<R>) {
  return middy()
    .use(answerFaults())
    .use(observeRequest(route))
    .handler(async (event: APIGatewayProxyEventV2): Promise<HttpAnswer> => {
      const now = new Date();
      const parsed = parseRequest(route, event, now);
      if (isRefusal(parsed)) return refusalAnswer(parsed);
      const result = await useCase({ ...parsed, caller: callerOf(event), origin: originOf(event), now } as Request<R>);
      if (isRefusal(result)) return refusalAnswer(result);
      return present(route, result);
    });
}

function present<R extends Route>(route: R, { value, replayed = false, csv }: Success<R>): HttpAnswer {
  return {
    statusCode: replayed ? 200 : route.status,
    headers: {
      'content-type': csv === undefined ? 'application/json' : 'text/csv; charset=utf-8',
      'cache-control': route.cacheSeconds === undefined ? 'no-store' : `public, max-age=${route.cacheSeconds}`,
      ...(replayed && { 'idempotency-replayed': 'true' }),
    },
    body: csv ?? JSON.stringify(z.parse(route.answer, value)),
  };
}

/** The gateway has verified the token before the function runs; public routes have none. */
function callerOf(event: APIGatewayProxyEventV2): string {
  const { authorizer } = event.requestContext as { authorizer?: { jwt?: { claims?: Record<string, unknown> } } };
  const claims = authorizer?.jwt?.claims ?? {};
  return String(claims.client_id ?? claims.sub ?? 'anonymous');
}

/** The gateway answers only for its own host names, and says itself which scheme was used. */
function originOf({ headers, requestContext }: APIGatewayProxyEventV2): string {
  return `${headers['x-forwarded-proto'] ?? 'https'}://${headers.host ?? requestContext.domainName}`;
}

/** One log line a request, with ids and no content, and the metrics of the invocation. */
function observeRequest(route: Route): MiddlewareObj<APIGatewayProxyEventV2, HttpAnswer, Error, Context> {
  return {
    after: ({ event, response }) => {
      logger.info('request', {
        operation: route.operationId,
        requestId: event.requestContext.requestId,
        status: response?.statusCode,
        ...(response && response.statusCode >= 400 && { code: JSON.parse(response.body).code }),
      });
      flushMetrics();
    },
  };
}

/** Faults become 503 when a repetition may help, and 500 otherwise; neither says more than that. */
export function answerFaults(): MiddlewareObj<APIGatewayProxyEventV2, HttpAnswer, Error, Context> {
  return {
    onError: (request) => {
      const transient = isTransient(request.error);
      logger.error('fault', {
        requestId: request.event.requestContext?.requestId,
        transient,
        error: request.error as Error,
      });
      if (transient) count('RequestsThrottled');
      flushMetrics();
      request.response = transient ? busyAnswer() : faultAnswer();
      return request.response;
    },
  };
}

const retryAfterSeconds = 1;

function busyAnswer(): HttpAnswer {
  return problemAnswer({ code: 'busy', ...faults.busy }, { 'retry-after': String(retryAfterSeconds) });
}

function faultAnswer(): HttpAnswer {
  return problemAnswer({ code: 'internal_error', ...faults.internal_error });
}
