import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { decodeJwt, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FixtureCloud, startFixture } from './fixture/start.ts';

type EchoedEvent = APIGatewayProxyEventV2 & {
  requestContext: { authorizer: { jwt: { claims: Record<string, string>; scopes: string[] } } };
};

let fixture: FixtureCloud;

beforeAll(async () => {
  fixture = await startFixture();
});

afterAll(async () => {
  await fixture.close();
});

async function echo(path: string, init: Parameters<FixtureCloud['request']>[1] = {}) {
  const response = await fixture.request(path, init);
  expect(response.status).toBe(201);
  return ((await response.json()) as { event: EchoedEvent }).event;
}

describe('an event that reaches a function', () => {
  it('has payload format 2.0, with decoded path parameters and joined query parameters', async () => {
    const event = await echo('/v1/things/a%20b?x=1&x=2&empty=', { token: fixture.cloud.tokens.read });
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'GET /v1/things/{thingId}',
      rawPath: '/v1/things/a b',
      rawQueryString: 'x=1&x=2&empty=',
      pathParameters: { thingId: 'a b' },
      queryStringParameters: { x: '1,2', empty: '' },
      requestContext: { http: { method: 'GET', path: '/v1/things/a b', sourceIp: '127.0.0.1' }, stage: '$default' },
      isBase64Encoded: false,
    });
    expect(event).not.toHaveProperty('body');
    expect(event.requestContext.time).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
  });

  it('has header names in lower case, and cookies on their own', async () => {
    const headers = { Cookie: 'a=1; b=2', 'X-Custom-Header': 'Value', 'User-Agent': 'tester' };
    const event = await echo('/v1/open/x', { headers });
    expect(event.cookies).toEqual(['a=1', 'b=2']);
    expect(event.headers).toMatchObject({ 'x-custom-header': 'Value' });
    expect(event.headers).not.toHaveProperty('cookie');
    expect(event.requestContext.http.userAgent).toBe('tester');
  });

  it('carries the claims of the token, and the scopes of the route that it has', async () => {
    const token = await fixture.cloud.issueToken({ scopes: ['economy/read', 'economy/write'] });
    const { authorizer } = (await echo('/v1/things/1', { token })).requestContext;
    expect(authorizer.jwt.claims).toMatchObject({ scope: 'economy/read economy/write', token_use: 'access' });
    expect(authorizer.jwt.scopes).toEqual(['economy/read']);
  });

  it('has a text body as it was sent, to the byte', async () => {
    const body = '{ "name":  "Ünï" }\n';
    const event = await echo('/v1/open/x', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json; charset=utf-8' },
    });
    expect(event).toMatchObject({ body, isBase64Encoded: false });
  });

  it.each(['application/octet-stream', 'application/x-www-form-urlencoded', 'image/png'])(
    'has a body of type %s in base64',
    async (type) => {
      const body = new Uint8Array([0, 255, 10, 128]);
      const event = await echo('/v1/open/x', { method: 'PUT', body, headers: { 'content-type': type } });
      expect(event).toMatchObject({ body: Buffer.from(body).toString('base64'), isBase64Encoded: true });
    },
  );

  it('passes a body of 10 MB', async () => {
    const body = 'x'.repeat(10 * 1024 * 1024);
    const event = await echo('/v1/open/x', { method: 'POST', body, headers: { 'content-type': 'text/plain' } });
    expect(event.body).toHaveLength(body.length);
  });
});

describe('the tokens of the cloud', () => {
  it('are of the client that has the scope, which is another one for operators', async () => {
    const { read, write, operate, approve } = fixture.cloud.tokens;
    const [reader, writer, operator, approver] = [read, write, operate, approve].map((token) => decodeJwt(token));
    expect([reader?.scope, writer?.scope, operator?.scope, approver?.scope]).toEqual([
      'economy/read',
      'economy/write',
      'economy/operate',
      'economy/operate',
    ]);
    expect(reader?.client_id).toBe(writer?.client_id);
    expect(operator?.client_id).not.toBe(writer?.client_id);
  });
});

describe('an answer of a function', () => {
  it('keeps its status, its headers and each of its cookies', async () => {
    const response = await fixture.request('/v1/open/x');
    expect(response.status).toBe(201);
    expect(response.headers.get('x-echo')).toBe('yes');
    expect(response.headers.getSetCookie()).toEqual(['seen=1; Path=/', 'again=2']);
  });

  it('without a status code is JSON and a success', async () => {
    const response = await fixture.request('/v1/misbehave', {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toMatchObject({ invocations: expect.any(Number) });
  });
});

describe('a route', () => {
  it('with a fixed path goes before one with a parameter', async () => {
    const response = await fixture.request('/v1/things/special', { token: fixture.cloud.tokens.read });
    expect(await response.json()).toHaveProperty('environment.FUNCTION_ITSELF', 'look-around');
  });

  it('with a greedy parameter takes the rest of the path', async () => {
    expect((await echo('/v1/open/one/two')).pathParameters).toEqual({ rest: 'one/two' });
  });

  it.each([
    ['GET', '/v1/nothing'],
    ['DELETE', '/v1/things/1'],
    ['GET', '/v1/things/1/more'],
    ['GET', '/'],
  ])('that does not exist, as %s %s, is a 404', async (method, path) => {
    const response = await fixture.request(path, { method });
    await expectProblem(response, 404, 'not_found', 'Not Found');
  });
});

describe('a request without a good token', () => {
  const get = async (token?: string) => await fixture.request('/v1/things/1', token === undefined ? {} : { token });

  it('is a 401 when the token is missing, malformed or expired', async () => {
    const expired = await fixture.cloud.issueToken({ scopes: ['economy/read'], expiresInSeconds: -1 });
    for (const token of [undefined, 'not-a-token', expired]) {
      const response = await get(token);
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
      await expectProblem(response, 401, 'unauthorized', 'Unauthorized');
    }
  });

  it('is a 401 when someone else signed the token or it is for someone else', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const [header = '', claims = ''] = fixture.cloud.tokens.read.split('.');
    const forged = await new SignJWT(JSON.parse(Buffer.from(claims, 'base64url').toString()))
      .setProtectedHeader(JSON.parse(Buffer.from(header, 'base64url').toString()))
      .sign(privateKey);
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.`;
    const foreign = await fixture.cloud.issueToken({ scopes: ['economy/read'], clientId: 'another-client' });
    for (const token of [forged, unsigned, foreign])
      await expectProblem(await get(token), 401, 'unauthorized', 'Unauthorized');
  });

  it('is a 403 that names the scope when the token is good and lacks it', async () => {
    const response = await fixture.request('/v1/things', { method: 'POST', token: fixture.cloud.tokens.read });
    const problem = await expectProblem(response, 403, 'insufficient_scope', 'Forbidden');
    expect(problem.detail).toContain('economy/write');
  });

  it('reaches a route that asks for none', async () => {
    expect((await fixture.request('/v1/open/x')).status).toBe(201);
  });
});

describe('a request that fails', () => {
  const misbehave = async (body: string) =>
    await fixture.request('/v1/misbehave', { method: 'POST', body, headers: { 'content-type': 'text/plain' } });

  it.each(['throw', 'exit', 'crash', 'hang', 'block'])(
    'is a 500 that tells nothing, when the function does: %s',
    async (body) => {
      const response = await misbehave(body);
      const problem = await expectProblem(response, 500, 'internal_error', 'Internal Server Error');
      expect(JSON.stringify(problem)).not.toContain('secret detail');
      // The next request meets a function that works.
      expect((await misbehave('')).status).toBe(200);
    },
  );

  it('leaves its error in the log', async () => {
    await misbehave('throw');
    expect(fixture.logged.join('\n')).toContain('the secret detail');
  });

  it('is a 413 when its body has more than 10 MB', async () => {
    const body = 'x'.repeat(10 * 1024 * 1024 + 1);
    const response = await fixture.request('/v1/open/x', { method: 'POST', body });
    await expectProblem(response, 413, 'request_too_large', 'Request Entity Too Large');
  });
});

async function expectProblem(response: Response, status: number, code: string, message: string) {
  const problem = (await response.json()) as Record<string, unknown>;
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect({ status: response.status, ...problem }).toMatchObject({ status, code, message });
  expect(problem).toMatchObject({
    type: expect.stringMatching(/^https:.*\/problems\/[a-z-]+$/),
    title: expect.any(String),
  });
  return problem;
}
