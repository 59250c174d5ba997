import { describe, expect, it } from 'vitest';
import { startEventSources } from '../../infra/local/event-sources.ts';
import type { LocalFunction, LocalFunctions } from '../../infra/local/functions.ts';
import { httpApiOfTemplate } from '../../infra/local/http-api.ts';
import type { Template } from '../../infra/local/template.ts';

const functions: LocalFunctions = {
  byArn: (arn) => ({ name: arn, arn, timeoutSeconds: 1 }) as LocalFunction,
  byName: (name) => ({ name, arn: name, timeoutSeconds: 1 }) as LocalFunction,
  async close() {},
};
const issuer = { issuer: 'http://issuer', jwksUrl: 'http://issuer/keys', issue: async () => '', async close() {} };

function templateOf(...resources: [type: string, properties: Record<string, unknown>][]): Template {
  return {
    stackName: 'Test',
    parameters: {},
    assetDirectories: new Map(),
    resources: resources.map(([type, properties], index) => {
      return { logicalId: `R${index}`, type, properties, dependsOn: [], path: `Some/Thing${index}` };
    }),
  };
}

function resolve(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'Ref' in value ? value.Ref : value;
}

describe('an event source mapping that can not run locally', () => {
  const queue = { EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:work', FunctionName: 'work' };

  it.each([
    ['a source of another kind', { ...queue, EventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/s' }],
    ['giving up after some attempts', { ...queue, MaximumRetryAttempts: 3 }],
    ['a tumbling window', { ...queue, TumblingWindowInSeconds: 60 }],
    ['a filter rule of its own', { ...queue, FilterCriteria: { Filters: [{ Pattern: '{"a":[{"wildcard":"*"}]}' }] } }],
  ])('stops the start: %s', (_name, properties) => {
    const start = () =>
      startEventSources({
        template: templateOf(['AWS::Lambda::EventSourceMapping', properties]),
        resolve,
        functions,
        dynamodbUrl: 'http://127.0.0.1:1',
        sqsUrl: 'http://127.0.0.1:1',
        queueRetrySeconds: undefined,
        onLogLine: () => {},
      });
    expect(start).toThrow(/local/);
  });
});

describe('an HTTP API that can not run locally', () => {
  const api: [string, Record<string, unknown>] = ['AWS::ApiGatewayV2::Api', { ProtocolType: 'HTTP' }];
  const integration = { IntegrationType: 'AWS_PROXY', IntegrationUri: 'arn', PayloadFormatVersion: '2.0' };

  it.each<[string, [string, Record<string, unknown>][]]>([
    ['a WebSocket API', [['AWS::ApiGatewayV2::Api', { ProtocolType: 'WEBSOCKET' }]]],
    ['two APIs', [api, api]],
    ['a stage with a path', [api, ['AWS::ApiGatewayV2::Stage', { StageName: 'beta' }]]],
    [
      'an integration of another kind',
      [api, ['AWS::ApiGatewayV2::Integration', { ...integration, IntegrationType: 'HTTP_PROXY' }]],
    ],
    ['payload format 1.0', [api, ['AWS::ApiGatewayV2::Integration', { ...integration, PayloadFormatVersion: '1.0' }]]],
    ['an authorizer of another kind', [api, ['AWS::ApiGatewayV2::Authorizer', { AuthorizerType: 'REQUEST' }]]],
    [
      'a route with IAM authorization',
      [
        api,
        ['AWS::ApiGatewayV2::Integration', integration],
        ['AWS::ApiGatewayV2::Route', { RouteKey: 'GET /', Target: 'integrations/R1', AuthorizationType: 'AWS_IAM' }],
      ],
    ],
  ])('stops the start: %s', (_name, resources) => {
    expect(() => httpApiOfTemplate({ template: templateOf(...resources), resolve, functions, issuer })).toThrow(
      /local/,
    );
  });
});
