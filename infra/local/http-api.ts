import * as z from 'zod/mini';
import type { LocalFunctions } from './functions.ts';
import type { HttpApi, Integration } from './http-gateway.ts';
import type { Route } from './http-routes.ts';
import type { Resolve } from './intrinsics.ts';
import { type Authorize, createJwtAuthorizer } from './jwt-authorizer.ts';
import type { JwtIssuer } from './jwt-issuer.ts';
import { resourcesOfType, type Template, type TemplateResource } from './template.ts';

const integrationSchema = z.object({
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
  // API Gateway's own limit is also its default.
  TimeoutInMillis: z._default(z.coerce.number().check(z.maximum(30_000)), 30_000),
});

const authorizerSchema = z.object({
  AuthorizerType: z.literal('JWT'),
  IdentitySource: z.tuple([z.literal('$request.header.Authorization')]),
  JwtConfiguration: z.object({ Audience: z.array(z.string()) }),
});

const routeSchema = z.object({
  AuthorizationScopes: z._default(z.array(z.string()), []),
  AuthorizationType: z._default(z.enum(['NONE', 'JWT']), 'NONE'),
  AuthorizerId: z.optional(z.string()),
  RouteKey: z.string(),
  Target: z.string(),
});

const stageSchema = z.object({ StageName: z.literal('$default') });

export interface HttpApiInput {
  template: Template;
  resolve: Resolve;
  functions: LocalFunctions;
  issuer: JwtIssuer;
}

/** The HTTP API that the template describes. Tokens come from the local issuer, whatever issuer the template names. */
export function httpApiOfTemplate(input: HttpApiInput): HttpApi {
  const { template } = input;
  const [api, another] = resourcesOfType(template, 'AWS::ApiGatewayV2::Api');
  if (api === undefined || another !== undefined)
    throw new Error('The local cloud runs a stack of exactly one HTTP API.');
  if (api.properties.ProtocolType !== 'HTTP' || api.properties.CorsConfiguration !== undefined) {
    throw unsupported(api, 'only HTTP APIs without CORS run locally');
  }
  for (const stage of resourcesOfType(template, 'AWS::ApiGatewayV2::Stage')) parse(input, stage, stageSchema);
  const integrations = new Map(
    resourcesOfType(template, 'AWS::ApiGatewayV2::Integration').map((resource) => [
      input.resolve({ Ref: resource.logicalId }),
      parse(input, resource, integrationSchema),
    ]),
  );
  const authorizers = authorizersOf(input);
  const routes = resourcesOfType(template, 'AWS::ApiGatewayV2::Route').map((resource): Route<Integration> => {
    const route = parse(input, resource, routeSchema);
    const integration = integrations.get(route.Target.replace(/^integrations\//, ''));
    if (integration === undefined) throw unsupported(resource, `its target ${route.Target} is no integration`);
    const authorize = route.AuthorizerId === undefined ? undefined : authorizers.get(route.AuthorizerId);
    if (route.AuthorizationType === 'JWT' && authorize === undefined)
      throw unsupported(resource, 'it has no authorizer');
    return {
      routeKey: route.RouteKey,
      target: {
        lambda: input.functions.byArn(integration.IntegrationUri),
        timeoutMs: integration.TimeoutInMillis,
        ...(authorize && { authorization: { authorize, scopes: route.AuthorizationScopes } }),
      },
    };
  });
  return { apiId: String(input.resolve({ Ref: api.logicalId })), routes };
}

/**
 * The clients to which the user pool would give a token with the scope, of those that the authorizers accept; at least one.
 * Scopes belong to different clients on purpose, and the product tells their tokens apart.
 */
export function clientsFor(scope: string, template: Template, resolve: Resolve): string[] {
  const authorizers = resourcesOfType(template, 'AWS::ApiGatewayV2::Authorizer');
  const accepted = authorizers.flatMap(
    (authorizer) => parse({ resolve }, authorizer, authorizerSchema).JwtConfiguration.Audience,
  );
  const clients = resourcesOfType(template, 'AWS::Cognito::UserPoolClient').filter(({ properties }) => {
    const scopes = resolve(properties.AllowedOAuthScopes);
    return Array.isArray(scopes) && scopes.includes(scope);
  });
  const ids = clients.map(({ logicalId }) => String(resolve({ Ref: logicalId })));
  const known = ids.filter((id) => accepted.includes(id));
  return known.length > 0 ? known : [accepted[0] ?? 'local-client'];
}

function authorizersOf(input: HttpApiInput): Map<unknown, Authorize> {
  const { issuer, jwksUrl } = input.issuer;
  return new Map(
    resourcesOfType(input.template, 'AWS::ApiGatewayV2::Authorizer').map((resource) => {
      const audience = parse(input, resource, authorizerSchema).JwtConfiguration.Audience;
      return [input.resolve({ Ref: resource.logicalId }), createJwtAuthorizer({ issuer, jwksUrl, audience })];
    }),
  );
}

function parse<Schema extends z.ZodMiniType>(
  { resolve }: { resolve: Resolve },
  resource: TemplateResource,
  schema: Schema,
): z.output<Schema> {
  const parsed = z.safeParse(schema, resolve(resource.properties));
  if (!parsed.success) throw unsupported(resource, z.prettifyError(parsed.error));
  return parsed.data;
}

function unsupported(resource: TemplateResource, why: string): Error {
  return new Error(`${resource.path} (${resource.type}) can't run locally: ${why}.`);
}
