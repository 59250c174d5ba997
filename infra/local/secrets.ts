import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod/mini';
import type { Resolve } from './intrinsics.ts';
import { closeServer, listen } from './ports.ts';
import { arn, physicalNameOf } from './resource-values.ts';
import type { AppleAuthority } from './simulators/apple-authority.ts';
import { resourcesOfType, type Template, type TemplateResource } from './template.ts';

/** What the product's functions find in the secret of each provider; the simulators are started with the same. */
export interface ProviderSecrets {
  stripe: { apiKey: string; webhookSecret: string };
  stripeConnect: { apiKey: string; connectWebhookSecret: string; accountWebhookSecret: string };
  paypal: { clientId: string; clientSecret: string; webhookId: string };
  google: Record<'packageName' | 'clientEmail' | 'privateKey' | 'pushServiceAccount', string>;
  apple: Record<'bundleId' | 'appAppleId' | 'issuerId' | 'keyId' | 'privateKey' | 'rootCertificates', string>;
}

export interface LocalSecrets {
  url: string;
  /** Gives each secret of the template its value. */
  load(template: Template, resolve: Resolve): void;
  close(): Promise<void>;
}

const requestSchema = z.looseObject({ SecretId: z.string() });

/** Keys that look like the providers' own and open nothing anywhere; new ones for each run. */
export function makeProviderSecrets(apple: AppleAuthority): ProviderSecrets {
  const random = (bytes: number) => randomBytes(bytes).toString('hex');
  return {
    stripe: { apiKey: `sk_test_local${random(12)}`, webhookSecret: `whsec_${random(24)}` },
    stripeConnect: {
      apiKey: `rk_test_local${random(12)}`,
      connectWebhookSecret: `whsec_${random(24)}`,
      accountWebhookSecret: `whsec_${random(24)}`,
    },
    paypal: { clientId: `local-${random(12)}`, clientSecret: random(24), webhookId: random(8).toUpperCase() },
    apple: {
      bundleId: 'app.tributary.local',
      appAppleId: '1234567890',
      issuerId: randomUUID(),
      keyId: random(5).toUpperCase(),
      privateKey: newSigningKey(),
      rootCertificates: apple.chain[2],
    },
    google: {
      packageName: 'app.tributary.local',
      clientEmail: 'tributary@local.iam.gserviceaccount.com',
      privateKey: newRsaKey(),
      pushServiceAccount: 'play-push@local.iam.gserviceaccount.com',
    },
  };
}

/** What a service account signs with. */
function newRsaKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function newSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/**
 * Speaks as much of Secrets Manager's JSON protocol as the AWS SDK's GetSecretValue needs. Calls to any other AWS
 * service end here too and are refused in a sentence, so that none of them leaves the machine.
 */
export async function startSecrets(providers: ProviderSecrets): Promise<LocalSecrets> {
  const values = new Map<string, string>();
  const server = createServer(async (request, response) => {
    const { status, body } = await answer(request, values);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });
  const url = await listen(server, 0);
  return {
    url,
    load(template, resolve) {
      for (const resource of resourcesOfType(template, 'AWS::SecretsManager::Secret')) {
        values.set(physicalNameOf(template, resource), secretValue(resource, providers, resolve));
      }
    },
    close: () => closeServer(server),
  };
}

async function answer(request: IncomingMessage, values: Map<string, string>) {
  const target = request.headers['x-amz-target'];
  const body = await text(request);
  if (target !== 'secretsmanager.GetSecretValue') {
    return refusal('UnknownOperationException', `The local cloud does not offer ${target ?? `${request.url} of AWS`}.`);
  }
  const parsed = z.safeParse(requestSchema, JSON.parse(body));
  if (!parsed.success) return refusal('InvalidParameterException', 'SecretId is missing.');
  const name = parsed.data.SecretId.replace(/^arn:aws:secretsmanager:[^:]+:\d+:secret:/, '');
  const value = values.get(name);
  if (value === undefined) return refusal('ResourceNotFoundException', `The template declares no secret ${name}.`);
  const secret = { ARN: arn('secretsmanager', `secret:${name}`), Name: name, SecretString: value };
  return { status: 200, body: { ...secret, VersionId: 'local', VersionStages: ['AWSCURRENT'] } };
}

function refusal(type: string, message: string) {
  return { status: 400, body: { __type: type, message } };
}

function secretValue(resource: TemplateResource, providers: ProviderSecrets, resolve: Resolve): string {
  if (resource.logicalId.includes('StripeConnect')) return JSON.stringify(providers.stripeConnect);
  if (resource.logicalId.includes('Stripe')) return JSON.stringify(providers.stripe);
  if (resource.logicalId.includes('PayPal')) return JSON.stringify(providers.paypal);
  if (resource.logicalId.includes('Google')) return JSON.stringify(providers.google);
  if (resource.logicalId.includes('Apple')) return JSON.stringify(providers.apple);
  const written = resolve(resource.properties.SecretString);
  return typeof written === 'string' ? written : generated(resource);
}

const generateSchema = z.object({
  GenerateSecretString: z.optional(z.object({ SecretStringTemplate: z.string(), GenerateStringKey: z.string() })),
});

/** As Secrets Manager makes it: a field of random text in the template's object, or the text alone. */
function generated({ properties }: TemplateResource): string {
  const text = randomBytes(32).toString('hex');
  const { GenerateSecretString: recipe } = generateSchema.parse(properties);
  return recipe
    ? JSON.stringify({ ...JSON.parse(recipe.SecretStringTemplate), [recipe.GenerateStringKey]: text })
    : text;
}
