import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { handler as getHealth } from '../../functions/api/get-health.ts';
import { handler as getOpenApi } from '../../functions/api/get-openapi.ts';
import { apiDocument } from '../../shared/api/api-document.ts';
import { version } from '../../shared/api/version.ts';

function request(headers: Record<string, string>, query?: Record<string, string>): APIGatewayProxyEventV2 {
  return {
    headers,
    ...(query && { queryStringParameters: query }),
    requestContext: { requestId: 'request-1', domainName: 'abc.execute-api.eu-west-1.amazonaws.com' },
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2;
}

const context = {} as Context;

describe('GET /v1/openapi.json', () => {
  it('serves the document with the address that was asked, for five minutes to anybody', async () => {
    const answer = await getOpenApi(request({ host: 'pay.example.org', 'x-forwarded-proto': 'https' }), context);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'public, max-age=300',
    });
    expect(JSON.parse(answer.body)).toEqual(apiDocument({ url: 'https://pay.example.org' }));
  });

  it('names the port of a machine that is not AWS', async () => {
    const answer = await getOpenApi(request({ host: 'localhost:4000', 'x-forwarded-proto': 'http' }), context);
    expect(JSON.parse(answer.body).servers).toEqual([{ url: 'http://localhost:4000' }]);
  });
});

describe('GET /v1/health', () => {
  it('answers with the version, and is kept by nobody', async () => {
    const answer = await getHealth(request({}), context);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' });
    expect(JSON.parse(answer.body)).toEqual({ status: 'ok', version });
  });

  it('takes no query', async () => {
    const answer = await getHealth(request({}, { verbose: '1' }), context);
    expect([answer.statusCode, JSON.parse(answer.body).code]).toEqual([400, 'malformed_request']);
  });
});
