import { RemovalPolicy } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type * as z from 'zod/mini';
import { notPutInYet } from '../shared/secrets.ts';
import { acknowledge } from './acknowledge.ts';
import type { Stage } from './config.ts';
import type { AnyFunction } from './ledger-tables.ts';

/** A place for a provider's keys. It is born without them: an operator puts them in once, and no deployment touches them again. */
export class ProviderSecret extends Construct {
  readonly secret: Secret;

  constructor(scope: Construct, id: string, props: { stage: Stage; provider: string; schema: z.ZodMiniObject }) {
    super(scope, id);
    const fields = Object.keys(props.schema.shape);
    this.secret = new Secret(this, 'Keys', {
      description: `Tributary ${props.stage.name}: ${props.provider}'s ${fields.join(', ')}`,
      generateSecretString: {
        secretStringTemplate: JSON.stringify(Object.fromEntries(fields.map((field) => [field, notPutInYet]))),
        generateStringKey: 'unused',
      },
      removalPolicy: props.stage.isProtected ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    acknowledge(this.secret, {
      'AwsSolutions-SMG4': `${props.provider} issues these keys and has no way to rotate them by itself; an operator replaces them, and functions read them again within five minutes.`,
    });
  }

  grantRead(reader: AnyFunction): void {
    reader.allow({ actions: ['secretsmanager:GetSecretValue'], resources: [this.secret.secretArn] });
  }
}
