import { RemovalPolicy } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Stage } from './config.ts';
import type { AnyFunction } from './ledger-tables.ts';

/** What webhooks are signed with that go out, or come in from the app's own systems. It is made with the stack: nobody has to put it in. */
export class SigningSecret extends Construct {
  readonly secret: Secret;

  constructor(scope: Construct, id: string, { stage, signs }: { stage: Stage; signs: string }) {
    super(scope, id);
    this.secret = new Secret(this, 'Key', {
      description: `Tributary ${stage.name}: signs ${signs} (current, previous)`,
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
        'A new secret must reach whoever is at the other end before the former goes: an operator replaces it, and both hold meanwhile (docs/events.md).',
    });
  }

  grantRead(reader: AnyFunction): void {
    reader.allow({ actions: ['secretsmanager:GetSecretValue'], resources: [this.secret.secretArn] });
  }
}
