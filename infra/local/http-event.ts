import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { localAccountId } from './credentials.ts';
import { decodePath } from './http-routes.ts';
import type { AcceptedToken } from './jwt-authorizer.ts';

export interface HttpEventInput {
  apiId: string;
  request: IncomingMessage;
  url: URL;
  body: Buffer;
  routeKey: string;
  pathParameters: Record<string, string>;
  token: AcceptedToken | undefined;
}

/**
 * Bodies of these types reach the function as text; all others, and those without a type, come as base64. This is
 * what HTTP APIs were seen to do (ministackorg/ministack pull request 766); their documentation leaves it open.
 */
const textTypes = /^(text\/.*|application\/(json|xml|javascript))$/;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** What an HTTP API sends to a function: payload format 2.0. */
export function httpEvent(input: HttpEventInput): APIGatewayProxyEventV2 {
  const { request, url, routeKey } = input;
  const headers = joinHeaders(request);
  const { cookie, ...otherHeaders } = headers;
  const domainName = headers.host?.split(':')[0] ?? 'localhost';
  const now = new Date();
  const authorizer = input.token && { jwt: { claims: input.token.claims, scopes: input.token.scopes } };
  return {
    version: '2.0',
    routeKey,
    rawPath: decodePath(url.pathname),
    rawQueryString: url.search.slice(1),
    ...(cookie !== undefined && { cookies: cookie.split(';').map((text) => text.trim()) }),
    headers: { ...otherHeaders, 'x-forwarded-for': sourceIp(request), 'x-forwarded-proto': 'http' },
    ...optional('queryStringParameters', joinQuery(url.searchParams)),
    ...optional('pathParameters', input.pathParameters),
    requestContext: {
      accountId: localAccountId,
      apiId: input.apiId,
      ...(authorizer && { authorizer }),
      domainName,
      domainPrefix: domainName.split('.')[0] ?? '',
      http: {
        method: request.method ?? 'GET',
        path: decodePath(url.pathname),
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: sourceIp(request),
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: commonLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...encodeBody(input.body, headers['content-type']),
  };
}

function encodeBody(body: Buffer, contentType: string | undefined) {
  if (body.length === 0) return { isBase64Encoded: false };
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!textTypes.test(type)) return { body: body.toString('base64'), isBase64Encoded: true };
  return { body: body.toString('utf8'), isBase64Encoded: false };
}

/** Names in lower case; a header or a query parameter that comes several times is joined by commas. */
function joinHeaders(request: IncomingMessage): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    joined[name] = (values ?? []).join(name === 'cookie' ? '; ' : ',');
  }
  return joined;
}

function joinQuery(parameters: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name).join(',')]));
}

function optional(name: string, values: Record<string, string>) {
  return Object.keys(values).length === 0 ? {} : { [name]: values };
}

function sourceIp(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}

/** `21/Nov/2026:19:58:01 +0000` */
function commonLogTime(time: Date): string {
  const [date = '', clock = ''] = time.toISOString().split('T');
  const [year, month, day] = date.split('-');
  return `${day}/${months[Number(month) - 1]}/${year}:${clock.slice(0, 8)} +0000`;
}
