import { describe, expect, it } from 'vitest';
import { readContracts } from './contracts.ts';
import { functionsOf, referenced, synthesized } from './synthesized.ts';

const contracts = await readContracts();
const template = synthesized('prod');
const functions = functionsOf(template);
const routes = new Map(
  template.ofType('AWS::ApiGatewayV2::Route').map((route) => [route.properties.RouteKey as string, route]),
);
const integrations = new Map(
  template.ofType('AWS::ApiGatewayV2::Integration').map((integration) => [integration.id, integration]),
);

/** Who proves itself in another way, or asks for nothing that is worth a proof. */
const openRoutes = [
  'GET /v1/health',
  'GET /v1/openapi.json',
  'GET /v1/webhooks/admob',
  'POST /v1/webhooks/ads',
  'POST /v1/webhooks/apple',
  'POST /v1/webhooks/gift-billing',
  'POST /v1/webhooks/google',
  'POST /v1/webhooks/paypal',
  'POST /v1/webhooks/stripe',
  'POST /v1/webhooks/stripe-connect',
];

describe('The API', () => {
  it('has the routes of the contracts and no others', () => {
    expect([...routes.keys()].sort()).toEqual(contracts.map(({ route }) => `${route.method} ${route.path}`).sort());
  });

  it.each(contracts.map((contract) => [contract.route.operationId, contract] as const))(
    '%s is served by its own function, to whom its contract says',
    (_, { route, functionName }) => {
      const { properties } = routes.get(`${route.method} ${route.path}`) ?? {};
      const integration = integrations.get(integrationOf(properties.Target));
      expect(referenced(integration?.properties.IntegrationUri)).toBe(functions.get(functionName)?.id);
      expect(integration?.properties).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
      if (route.scope === undefined) expect(properties.AuthorizationType).toBe('NONE');
      else expect(properties).toMatchObject({ AuthorizationType: 'JWT', AuthorizationScopes: [route.scope] });
    },
  );

  it('is open only where a token would prove nothing', () => {
    const open = [...routes]
      .filter(([, { properties }]) => properties.AuthorizationType === 'NONE')
      .map(([key]) => key);
    expect(open.sort()).toEqual(openRoutes);
  });

  it('may invoke each function on its own route only', () => {
    for (const { properties } of template.ofType('AWS::Lambda::Permission')) {
      expect(properties).toMatchObject({ Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' });
      expect(JSON.stringify(properties.SourceArn)).toMatch(/\/\*\/\*\/v1\/[^*]+"/);
    }
  });

  it('believes the tokens of the user pool: those of the app and of the operators', () => {
    const [authorizer] = template.ofType('AWS::ApiGatewayV2::Authorizer');
    const clients = template.ofType('AWS::Cognito::UserPoolClient');
    expect(authorizer?.properties.JwtConfiguration.Audience.map(referenced)).toEqual(clients.map(({ id }) => id));
    expect(JSON.stringify(authorizer?.properties.JwtConfiguration.Issuer)).toContain('https://cognito-idp.');
  });

  it('lets nobody both ask for a payout and approve it, and lets two operators decide', () => {
    const scopes = template
      .ofType('AWS::Cognito::UserPoolClient')
      .map(({ properties }) =>
        properties.AllowedOAuthScopes.map((scope: { 'Fn::Join': [string, unknown[]] }) => scope['Fn::Join'][1][1]),
      );
    expect(scopes).toEqual([
      ['/read', '/write'],
      ['/read', '/operate'],
      ['/read', '/operate'],
    ]);
  });

  it("believes an identity provider of the operator's own when it is given one", () => {
    const own = synthesized('prod', { jwtIssuer: 'https://id.example.com/', jwtAudience: 'tributary,tools' });
    expect(own.ofType('AWS::ApiGatewayV2::Authorizer')[0]?.properties.JwtConfiguration).toEqual({
      Issuer: 'https://id.example.com/',
      Audience: ['tributary', 'tools'],
    });
    expect(own.ofType('AWS::Cognito::UserPool')).toEqual([]);
    expect(Object.keys(own.outputs)).not.toContain('TokenEndpoint');
  });

  it('limits how fast it is called, and logs each request without the ids in its path', () => {
    const [stage] = template.ofType('AWS::ApiGatewayV2::Stage');
    expect(stage?.properties.DefaultRouteSettings).toMatchObject({
      ThrottlingRateLimit: 8_000,
      ThrottlingBurstLimit: 4_000,
    });
    const line = Object.values(JSON.parse(stage?.properties.AccessLogSettings.Format));
    expect(line).toContain('$context.routeKey');
    expect(line).not.toContain('$context.path');
  });
});

/** `integrations/{id}` */
function integrationOf(target: { 'Fn::Join': [string, unknown[]] }): string {
  return referenced(target['Fn::Join'][1][1]) ?? '';
}
