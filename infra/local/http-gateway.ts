import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { HttpAnswer } from '../../shared/http/problem.ts';
import type { LocalFunction } from './functions.ts';
import { answerOf, type GatewayAnswer } from './http-answer.ts';
import { httpEvent } from './http-event.ts';
import { gatewayProblems } from './http-problems.ts';
import { createRouter, type Route } from './http-routes.ts';
import type { AcceptedToken, Authorize } from './jwt-authorizer.ts';
import { closeServer, listen } from './ports.ts';

export interface Integration {
  lambda: LocalFunction;
  timeoutMs: number;
  /** Absent for a route that anyone may call. */
  authorization?: { authorize: Authorize; scopes: string[] };
}

export interface HttpApi {
  apiId: string;
  routes: Route<Integration>[];
}

export interface HttpGateway {
  url: string;
  /** Starts to serve the API; until then every request is told to come back. */
  open(api: HttpApi): void;
  close(): Promise<void>;
}

/** The most that an HTTP API takes. */
const maximumBodyBytes = 10 * 1024 * 1024;

type Serve = (request: IncomingMessage) => Promise<HttpAnswer>;

/** Binds the API's port, which is the first thing a start can fail at, and serves the API once it is opened. */
export async function startHttpGateway(port: number): Promise<HttpGateway> {
  let serve: Serve = async () => gatewayProblems.unavailable('The local cloud is still starting.');
  const server = createServer(async (request, response) => {
    try {
      send(response, await serve(request));
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : String(error));
      send(response, gatewayProblems.failed());
    }
  });
  const url = await listen(server, port);
  return {
    url,
    open(api) {
      serve = createServe(api);
    },
    close: () => closeServer(server),
  };
}

function createServe(api: HttpApi): Serve {
  const findRoute = createRouter(api.routes);
  return async (request) => {
    const method = request.method ?? 'GET';
    const url = new URL(request.url?.startsWith('/') ? `http://localhost${request.url}` : 'http://localhost/');
    const found = findRoute(method, url.pathname);
    if (found === undefined) return gatewayProblems.notFound(method, url.pathname);
    const { target, routeKey } = found.route;
    const authorized = await authorize(request, target);
    if ('refusal' in authorized) return authorized.refusal;
    const body = await readBody(request);
    if (body === undefined) return gatewayProblems.tooLarge();
    const { pathParameters } = found;
    const event = httpEvent({
      apiId: api.apiId,
      request,
      url,
      body,
      routeKey,
      pathParameters,
      token: authorized.token,
    });
    return await integrate(target, event);
  };
}

async function authorize(
  request: IncomingMessage,
  { authorization }: Integration,
): Promise<{ token: AcceptedToken | undefined } | { refusal: HttpAnswer }> {
  if (authorization === undefined) return { token: undefined };
  const result = await authorization.authorize(request.headers.authorization, authorization.scopes);
  switch (result.outcome) {
    case 'accepted':
      return { token: result.token };
    case 'unauthorized':
      return { refusal: gatewayProblems.unauthorized(result.reason) };
    case 'insufficient_scope':
      return { refusal: gatewayProblems.insufficientScope(result.required) };
  }
}

async function integrate({ lambda, timeoutMs }: Integration, event: unknown): Promise<HttpAnswer> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<HttpAnswer>((resolve) => {
    const late = gatewayProblems.unavailable(`The function did not answer within ${timeoutMs / 1_000} seconds.`);
    timer = setTimeout(() => resolve(late), timeoutMs);
  });
  const result = lambda.invoke(event).then((invocation) => {
    // The function's log has the error; a client learns only that there was one.
    return invocation.ok ? answerOf(invocation.payload) : gatewayProblems.failed();
  });
  try {
    return await Promise.race([result, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Answers nothing when the body is larger than an HTTP API takes. The rest is read all the same: a client that is
 * still sending would see a broken connection instead of the answer.
 */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maximumBodyBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  return bytes <= maximumBodyBytes ? Buffer.concat(chunks) : undefined;
}

function send(response: ServerResponse, answer: GatewayAnswer): void {
  response.writeHead(answer.statusCode, {
    ...answer.headers,
    ...(answer.cookies && { 'set-cookie': answer.cookies }),
  });
  response.end(answer.bytes ?? answer.body);
}
