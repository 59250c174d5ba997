import { RemovalPolicy } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Stage } from './config.ts';
import type { AnyFunction } from './ledger-tables.ts';

/** `signs` is what is signed by it, `replaced` how it is replaced, with where that is written down. */
type WebhookSigningProps = { stage: Stage; signs: string; replaced: string };

/** A secret that webhooks are signed with, or that the secrets of their endpoints are made from. It is made with the stack. */
export class WebhookSigning extends Construct {
  readonly secret: Secret;

  constructor(scope: Construct, id: string, { stage, signs, replaced }: WebhookSigningProps) {
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
    acknowledge(this.secret, { 'AwsSolutions-SMG4': replaced });
  }

  grantRead(reader: AnyFunction): void {
    reader.allow({ actions: ['secretsmanager:GetSecretValue'], resources: [this.secret.secretArn] });
  }
}
