import { join } from 'node:path';
import type { Closing } from './closing.ts';
import type { LocalCloudOptions } from './cloud.ts';
import { type DynamoDbLocal, startDynamoDbLocal } from './dynamodb.ts';
import { type LocalEventBus, startEventBus } from './event-bus.ts';
import { type HttpGateway, startHttpGateway } from './http-gateway.ts';
import { type JwtIssuer, startJwtIssuer } from './jwt-issuer.ts';
import type { Print } from './progress.ts';
import { type LocalQueues, startQueues } from './queues.ts';
import { type LocalSecrets, makeProviderSecrets, type ProviderSecrets, startSecrets } from './secrets.ts';
import { startAppleSimulator } from './simulators/apple.ts';
import { keepAppleAuthority } from './simulators/apple-authority.ts';
import { type GoogleSimulator, startGoogleSimulator } from './simulators/google.ts';
import { startPayPalSimulator } from './simulators/paypal.ts';
import { startStripeSimulator } from './simulators/stripe.ts';
import { productAppFile, synthesize } from './synthesize.ts';
import { readTemplate, type Template } from './template.ts';

/** The servers that stand in for AWS and the providers, and the template that they are to serve. */
export interface CloudParts {
  gateway: HttpGateway;
  dynamodb: DynamoDbLocal;
  queues: LocalQueues;
  eventBus: LocalEventBus;
  issuer: JwtIssuer;
  secrets: LocalSecrets;
  providerSecrets: ProviderSecrets;
  simulators: Record<'stripe' | 'paypal' | 'apple', { url: string }> & { google: GoogleSimulator };
  template: Template;
}

/** Starts the servers while the CDK app is synthesized. The API's port comes first: a start most often fails at it. */
export async function startParts(
  { port = 0, dataDirectory, appFile = productAppFile, onFailure = () => {} }: LocalCloudOptions,
  closing: Closing,
  progress: Print,
): Promise<CloudParts> {
  const appleAuthority = keepAppleAuthority(dataDirectory);
  const providerSecrets = makeProviderSecrets(appleAuthority);
  const gateway = closing.add(await startHttpGateway(port));
  const webhookUrl = (provider: string) => () => `${gateway.url}/v1/webhooks/${provider}`;
  const fileIn = (name: string) => (dataDirectory === undefined ? {} : { dataFile: join(dataDirectory, name) });

  progress('synthesizing the CDK app; starting DynamoDB Local, SQS and the payment providers');
  const [template, dynamodb, queues, eventBus, issuer, secrets, stripe, paypal, apple, google] = await allOrNone([
    synthesize(appFile).then(readTemplate),
    startDynamoDbLocal({ ...(dataDirectory !== undefined && { dataDirectory }), onUnexpectedExit: onFailure }).then(
      closing.add,
    ),
    startQueues().then(closing.add),
    startEventBus().then(closing.add),
    startJwtIssuer().then(closing.add),
    startSecrets(providerSecrets).then(closing.add),
    startStripeSimulator({
      ...providerSecrets.stripe,
      webhookUrl: webhookUrl('stripe'),
      connect: { ...providerSecrets.stripeConnect, webhookUrl: webhookUrl('stripe-connect') },
      ...fileIn('stripe-simulator.jsonl'),
    }).then(closing.add),
    startPayPalSimulator({
      ...providerSecrets.paypal,
      webhookUrl: webhookUrl('paypal'),
      ...fileIn('paypal-simulator.jsonl'),
    }).then(closing.add),
    startAppleSimulator({
      ...providerSecrets.apple,
      environment: 'Sandbox',
      authority: appleAuthority,
      webhookUrl: webhookUrl('apple'),
      ...fileIn('apple-simulator.jsonl'),
    }).then(closing.add),
    startGoogleSimulator({
      ...providerSecrets.google,
      webhookUrl: webhookUrl('google'),
      ...fileIn('google-simulator.jsonl'),
    }).then(closing.add),
  ]);
  return {
    gateway,
    dynamodb,
    queues,
    eventBus,
    issuer,
    secrets,
    providerSecrets,
    simulators: { stripe, paypal, apple, google },
    template,
  };
}

/** Like Promise.all, but waits for all to settle before it fails, so that nothing starts after the rest was closed. */
async function allOrNone<Parts extends readonly unknown[]>(
  parts: readonly [...{ [Index in keyof Parts]: Promise<Parts[Index]> }],
): Promise<Parts> {
  await Promise.allSettled(parts);
  return (await Promise.all(parts)) as unknown as Parts;
}
