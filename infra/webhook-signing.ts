import { RemovalPolicy } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Stage } from './config.ts';
import type { AnyFunction } from './ledger-tables.ts';

/** What the secrets of all webhook endpoints are made from. Nobody ever sees it; it is made with the stack. */
export class WebhookSigning extends Construct {
  readonly secret: Secret;

  constructor(scope: Construct, id: string, { stage }: { stage: Stage }) {
    super(scope, id);
    this.secret = new Secret(this, 'Key', {
      description: `Tributary ${stage.name}: signs webhooks to the app (current, previous)`,
      generateSecretString: {
        secretStringTemplate: '{}',
        generateStringKey: 'current',
        passwordLength: 64,
        excludePunctuation: true,
      },
      removalPolicy: stage.isProtected ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    acknowledge(this.secret, {
      'AwsSolutions-SMG4':
        'A new secret must reach every receiver before the former goes: an operator replaces it, and both sign meanwhile (docs/events.md).',
    });
  }

  grantRead(reader: AnyFunction): void {
    reader.allow({ actions: ['secretsmanager:GetSecretValue'], resources: [this.secret.secretArn] });
  }
}
