import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { getHealthRoute, getOpenApiRoute } from '../shared/api/routes.ts';
import type { Route } from '../shared/http/route.ts';
import { acknowledge } from './acknowledge.ts';
import type { Deployment } from './config.ts';
import type { Ground } from './foundation.ts';
import { type NoEnvironment, TributaryFunction } from './function.ts';
import { MachineIdentity } from './identity.ts';
import type { AnyFunction } from './ledger-tables.ts';

type Contract = Pick<Route, 'operationId' | 'method' | 'path' | 'scope'>;

/** The HTTPS API. Capabilities add their routes, each by the contract that its function parses by. */
export class PublicApi extends Construct {
  readonly api: HttpApi;
  readonly url: string;
  /** Absent when the deployment brings its own identity provider. */
  readonly identity: MachineIdentity | undefined;
  private readonly authorizer: HttpJwtAuthorizer;

  constructor(scope: Construct, id: string, ground: Ground, { stage, identityProvider }: Deployment) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', { apiName: `tributary-${stage.name}`, createDefaultStage: false });
    const accessLog = new LogGroup(this, 'AccessLog', {
      retention: stage.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      detailedMetricsEnabled: true,
      throttle: { rateLimit: stage.requests.perSecond, burstLimit: stage.requests.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(JSON.stringify(accessLogLine)),
      },
    });
    this.url = this.api.apiEndpoint;
    this.identity = identityProvider ? undefined : new MachineIdentity(this, 'Identity', { stage });
    const { issuer, audiences } = identityProvider ?? cognito(this.identity);
    this.authorizer = new HttpJwtAuthorizer('Token', issuer, { jwtAudience: audiences });
    this.addSelfDescription(ground);
  }

  /** Serves a route whose callers show a token with the contract's scope. */
  serve(contract: Contract, endpoint: AnyFunction): void {
    const { scope } = contract;
    if (scope === undefined) throw new Error(`${contract.operationId} has no scope: say why with serveOpenly.`);
    this.addRoute(contract, endpoint, { authorizer: this.authorizer, authorizationScopes: [scope] });
  }

  /** Serves a route that anybody may call, for the reason given. */
  serveOpenly(contract: Contract, endpoint: AnyFunction, reason: string): void {
    if (contract.scope !== undefined)
      throw new Error(`${contract.operationId} has the scope ${contract.scope}: it is not open.`);
    acknowledge(this.addRoute(contract, endpoint), { 'AwsSolutions-APIG4': reason });
  }

  private addSelfDescription(ground: Ground): void {
    const getHealth = new TributaryFunction<NoEnvironment>(this, 'GetHealth', ground, {
      code: 'api/get-health',
      trigger: 'request',
      environment: {},
      impact: 'Checks from outside take the API for dead; other routes are not touched.',
    });
    this.serveOpenly(
      getHealthRoute,
      getHealth,
      'Whoever checks that the API is up has no token; the answer says nothing else.',
    );

    const getOpenApi = new TributaryFunction<NoEnvironment>(this, 'GetOpenApi', ground, {
      code: 'api/get-openapi',
      trigger: 'request',
      environment: {},
      impact: 'Developers cannot read the API document; nothing else is touched.',
    });
    this.serveOpenly(
      getOpenApiRoute,
      getOpenApi,
      'The document of the API is public, as the code is that it is made from.',
    );
  }

  /** Stands beside the function, in the stack that the function is in. */
  private addRoute(
    { operationId, method, path }: Contract,
    endpoint: AnyFunction,
    authorization: { authorizer?: HttpJwtAuthorizer; authorizationScopes?: string[] } = {},
  ): HttpRoute {
    return new HttpRoute(endpoint, 'Route', {
      httpApi: this.api,
      routeKey: HttpRouteKey.with(path, HttpMethod[method]),
      integration: new HttpLambdaIntegration(operationId, endpoint.lambda),
      ...authorization,
    });
  }
}

function cognito(identity: MachineIdentity | undefined): { issuer: string; audiences: string[] } {
  if (!identity) throw new Error('Without an identity provider there must be a user pool.');
  const { issuer, app, operators, approvers } = identity;
  return { issuer, audiences: [app, operators, approvers].map(({ userPoolClientId }) => userPoolClientId) };
}

/**
 * One line a request. It names the route, not the path, so that no user's id is in it; the addresses are those of the
 * app's servers and of the providers, never of a person.
 */
const accessLogLine = {
  requestId: '$context.requestId',
  requestTime: '$context.requestTime',
  routeKey: '$context.routeKey',
  status: '$context.status',
  responseLatency: '$context.responseLatency',
  integrationLatency: '$context.integrationLatency',
  integrationError: '$context.integrationErrorMessage',
  authorizerError: '$context.authorizer.error',
  client: '$context.authorizer.claims.client_id',
  sourceIp: '$context.identity.sourceIp',
  responseLength: '$context.responseLength',
};
