import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  OAuthScope,
  ResourceServerScope,
  UserPool,
  type UserPoolClient,
  type UserPoolResourceServer,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import type { Scope } from '../shared/http/route.ts';
import { acknowledge } from './acknowledge.ts';
import type { Stage } from './config.ts';

type ScopeName = Scope extends `economy/${infer Name}` ? Name : never;

const scopes: Record<ScopeName, string> = {
  read: 'Read wallets, statements, earnings and payouts',
  write: 'Register people, sell coins, send gifts, ask for payouts',
  operate: 'Grant, freeze, approve, run and audit',
};

/**
 * A Cognito user pool without users: it only gives tokens to machines. The app's back end, the operators' tools and those who
 * approve what operators propose are clients of their own, because nobody approves what the same client asked for.
 */
export class MachineIdentity extends Construct {
  readonly pool: UserPool;
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly app: UserPoolClient;
  readonly operators: UserPoolClient;
  readonly approvers: UserPoolClient;

  constructor(scope: Construct, id: string, { stage }: { stage: Stage }) {
    super(scope, id);
    this.pool = new UserPool(this, 'Pool', {
      selfSignUpEnabled: false,
      deletionProtection: stage.isProtected,
      removalPolicy: stage.isProtected ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const noUsers = 'The pool has no users: it gives tokens to machines by client credentials only.';
    acknowledge(this.pool, {
      'AwsSolutions-COG1': noUsers,
      'AwsSolutions-COG2': noUsers,
      'AwsSolutions-COG3': noUsers,
      'AwsSolutions-COG8': noUsers,
    });
    // The account's number makes the name unique in the region; a domain of the operator's own can be added beside it.
    const domain = this.pool.addDomain('Domain', {
      cognitoDomain: { domainPrefix: `tributary-${stage.name}-${Aws.ACCOUNT_ID}` },
    });
    const allScopes = Object.entries(scopes).map(
      ([scopeName, scopeDescription]) => new ResourceServerScope({ scopeName, scopeDescription }),
    );
    const economy = this.pool.addResourceServer('Economy', { identifier: 'economy', scopes: allScopes });
    const scopesNamed = (names: ScopeName[]) =>
      allScopes.filter(({ scopeName }) => names.includes(scopeName as ScopeName));
    this.app = addClient(this.pool, 'App', economy, scopesNamed(['read', 'write']));
    this.operators = addClient(this.pool, 'Operators', economy, scopesNamed(['read', 'operate']));
    this.approvers = addClient(this.pool, 'Approvers', economy, scopesNamed(['read', 'operate']));
    this.issuer = `https://cognito-idp.${Aws.REGION}.amazonaws.com/${this.pool.userPoolId}`;
    this.tokenEndpoint = `${domain.baseUrl()}/oauth2/token`;
  }
}

function addClient(
  pool: UserPool,
  id: string,
  server: UserPoolResourceServer,
  scopes: ResourceServerScope[],
): UserPoolClient {
  return pool.addClient(id, {
    generateSecret: true,
    authFlows: {},
    oAuth: {
      flows: { clientCredentials: true },
      scopes: scopes.map((scope) => OAuthScope.resourceServer(server, scope)),
    },
    accessTokenValidity: Duration.hours(1),
  });
}
