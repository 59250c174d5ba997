import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { stages } from '../../infra/config.ts';
import {
  AppleSecret,
  GoogleSecret,
  openSecret,
  PayPalSecret,
  StripeConnectSecret,
  StripeSecret,
  WebhookSigningSecret,
} from '../../shared/secrets.ts';
import { statementsOfRole, synthesized } from './synthesized.ts';

const stageNames = Object.keys(stages) as (keyof typeof stages)[];

const tables = new Map(stageNames.map((stage) => [stage, synthesized(stage).ofType('AWS::DynamoDB::Table')]));

function tablesOf(stage: keyof typeof stages) {
  return tables.get(stage) ?? [];
}

describe('The tables', () => {
  it.each(stageNames)(
    'that keep money, rules and leaderboards are three in %s, on demand, and can be restored to any second',
    (stage) => {
      expect(tablesOf(stage)).toHaveLength(3);
      for (const { properties } of tablesOf(stage)) {
        expect(properties).toMatchObject({
          BillingMode: 'PAY_PER_REQUEST',
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
        });
      }
    },
  );

  it.each(['staging', 'prod'] as const)('of %s withstand deletion, and stay when the stack goes', (stage) => {
    for (const { properties, deletionPolicy } of tablesOf(stage)) {
      expect(properties.DeletionProtectionEnabled).toBe(true);
      expect(deletionPolicy).toBe('Retain');
    }
  });

  it('of dev go with their stack', () => {
    for (const { properties, deletionPolicy } of tablesOf('dev')) {
      expect(properties.DeletionProtectionEnabled).toBe(false);
      expect(deletionPolicy).toBe('Delete');
    }
  });

  it('the ledger streams both images, and indexes by their due time only the keys of what is due', () => {
    const [ledger] = tablesOf('prod').filter(({ properties }) => properties.StreamSpecification);
    expect(ledger?.properties.StreamSpecification).toEqual({ StreamViewType: 'NEW_AND_OLD_IMAGES' });
    expect(ledger?.properties.GlobalSecondaryIndexes).toMatchObject([
      {
        IndexName: 'due',
        KeySchema: [
          { AttributeName: 'dueBucket', KeyType: 'HASH' },
          { AttributeName: 'dueAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ]);
  });

  it('the ledger of prod takes 5,000 gifts a second from the first second on', () => {
    const [ledger] = tablesOf('prod').filter(({ properties }) => properties.StreamSpecification);
    const writeUnitsPerGift = 3.5;
    expect(ledger?.properties.WarmThroughput.WriteUnitsPerSecond).toBeGreaterThanOrEqual(5_000 * writeUnitsPerGift);
  });
});

describe('The table of leaderboards', () => {
  it('stands apart from the ledger, forgets old boards, and keeps the scores of a bucket by their size', () => {
    const [boards] = synthesized('prod')
      .ofType('AWS::DynamoDB::Table')
      .filter(({ properties }) => properties.TimeToLiveSpecification !== undefined);
    expect(boards?.properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      LocalSecondaryIndexes: [{ IndexName: 'byCoins', Projection: { ProjectionType: 'KEYS_ONLY' } }],
    });
  });
});

describe("The providers' secrets", () => {
  it('are born without keys, named by their provider, and stay when a protected stack goes', () => {
    const secrets = providersSecrets();
    const providers = secrets.map(({ id }) => /StripeConnect|Stripe|PayPal|Apple|Google/.exec(id)?.[0]);
    expect(providers.sort()).toEqual(['Apple', 'Google', 'PayPal', 'Stripe', 'StripeConnect']);
    for (const { properties, deletionPolicy } of secrets) {
      expect(Object.keys(properties)).not.toContain('SecretString');
      expect(deletionPolicy).toBe('Retain');
    }
  });

  const schemas = {
    Apple: AppleSecret,
    Google: GoogleSecret,
    PayPal: PayPalSecret,
    StripeConnect: StripeConnectSecret,
    Stripe: StripeSecret,
  };

  it.each(providersSecrets())(
    'let nobody in by what anybody can read in the template: $id',
    async ({ id, properties }) => {
      const { SecretStringTemplate, GenerateStringKey } = properties.GenerateSecretString;
      const born = { ...JSON.parse(SecretStringTemplate), [GenerateStringKey]: 'generated' };
      const client = new SecretsManagerClient({ region: 'us-east-1' });
      mockClient(client)
        .on(GetSecretValueCommand)
        .resolves({ SecretString: JSON.stringify(born) });
      const [, schema] = Object.entries(schemas).find(([provider]) => id.includes(provider)) ?? [];
      if (!schema) throw new Error(`${id} is no provider's`);
      await expect(openSecret(id, schema, client)()).rejects.toThrow('does not hold what is expected');
    },
  );
});

function providersSecrets() {
  return synthesized('prod')
    .ofType('AWS::SecretsManager::Secret')
    .filter(({ id }) => !isForSigning(id));
}

function isForSigning(id: string): boolean {
  return /^(Events|GiftsBilling|Rewards)Signing/.test(id);
}

describe('What webhooks to the app, gift billing by live SDKs and what is told of ads are signed with', () => {
  const secrets = synthesized('prod')
    .ofType('AWS::SecretsManager::Secret')
    .filter(({ id }) => isForSigning(id));

  it('are three secrets', () => {
    expect(secrets).toHaveLength(3);
  });

  it.each(secrets)(
    'is made with the stack, is nowhere in the template, and stays when the stack goes: $id',
    async (secret) => {
      expect(secret.properties.GenerateSecretString).toMatchObject({
        PasswordLength: 64,
        GenerateStringKey: 'current',
      });
      expect(Object.keys(secret.properties)).not.toContain('SecretString');
      expect(secret.deletionPolicy).toBe('Retain');
      const born = {
        ...JSON.parse(secret.properties.GenerateSecretString.SecretStringTemplate),
        current: 'x'.repeat(64),
      };
      const client = new SecretsManagerClient({ region: 'us-east-1' });
      mockClient(client)
        .on(GetSecretValueCommand)
        .resolves({ SecretString: JSON.stringify(born) });
      await expect(openSecret('signing', WebhookSigningSecret, client)()).resolves.toEqual(born);
    },
  );

  it('lets webhooks go to the public internet alone, in every stage', () => {
    for (const stage of stageNames) {
      const targets = synthesized(stage)
        .ofType('AWS::Lambda::Function')
        .flatMap(({ properties }) => properties.Environment?.Variables?.WEBHOOK_TARGETS ?? []);
      expect([...new Set(targets)], stage).toEqual(['public']);
    }
  });
});

describe('The bucket of reports', () => {
  const template = synthesized('prod');
  const buckets = template.ofType('AWS::S3::Bucket');
  const [bucket] = buckets;

  it('is private, encrypted, keeps earlier versions for a while, and stays when the stack goes', () => {
    expect(buckets).toHaveLength(1);
    expect(bucket?.properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(bucket?.properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
    expect(JSON.stringify(bucket?.properties.BucketEncryption)).toContain('AES256');
    expect(bucket?.properties.LifecycleConfiguration.Rules).toMatchObject([
      { NoncurrentVersionExpiration: { NoncurrentDays: 90 }, Status: 'Enabled' },
    ]);
    expect(bucket?.deletionPolicy).toBe('Retain');
  });

  it('refuses whatever comes without TLS', () => {
    const [policy] = template.ofType('AWS::S3::BucketPolicy');
    expect(policy?.properties.PolicyDocument.Statement).toMatchObject([
      { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ]);
  });

  it('is written by one function, under the prefix of payout runs, and read by none', () => {
    const grants = template
      .ofType('AWS::IAM::Role')
      .flatMap(({ id }) => statementsOfRole(template, id))
      .filter(({ Action }) => [Action].flat().some((action) => action.startsWith('s3:')));
    expect(grants).toMatchObject([{ Action: 's3:PutObject', Effect: 'Allow' }]);
    expect(JSON.stringify(grants[0]?.Resource)).toMatch(/"\/payout-runs\/\*"/);
  });
});
