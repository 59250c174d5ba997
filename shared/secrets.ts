import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';

/** A rotated secret is in use everywhere after this time at most. */
const cacheSeconds = 300;

/** What stands in each field until an operator has put the provider's key in; anybody may know it. */
export const notPutInYet = 'put yours here';

/** What the secret of each provider holds, as JSON. */
export const StripeSecret = z.object({ apiKey: z.string(), webhookSecret: z.string() });
/**
 * For paying banks through Stripe Connect, apart from what takes payments: the key may send money. Stripe has an endpoint for
 * events of connected accounts and one for those of the platform's own account, each with its secret.
 */
export const StripeConnectSecret = z.object({
  apiKey: z.string(),
  connectWebhookSecret: z.string(),
  accountWebhookSecret: z.string(),
});
export const PayPalSecret = z.object({ clientId: z.string(), clientSecret: z.string(), webhookId: z.string() });

/**
 * `rootCertificates` are those that Apple's signatures are traced back to, in base64 (DER), separated by spaces. The key is
 * the In-App Purchase key of App Store Connect, with its ids; `appAppleId` is the app's number there.
 */
export const AppleSecret = z.object({
  bundleId: z.string(),
  appAppleId: z.string().check(z.regex(/^\d+$/)),
  issuerId: z.string(),
  keyId: z.string(),
  privateKey: z.string(),
  rootCertificates: z.string(),
});

/**
 * The app's package name; the e-mail address and the private key of the service account that may see the app's orders; and
 * the address of the service account that Pub/Sub pushes notifications as.
 */
export const GoogleSecret = z.object({
  packageName: z.string(),
  clientEmail: z.string(),
  privateKey: z.string(),
  pushServiceAccount: z.string(),
});

/**
 * What signs webhooks to the app, or the app's own systems sign with: made with the stack. Whoever replaces it keeps the former as
 * `previous` until everybody has the new one; meanwhile what goes out is signed with both, and either is believed of what comes in.
 */
export const WebhookSigningSecret = z.object({
  current: z.string().check(z.minLength(32)),
  previous: z.optional(z.string().check(z.minLength(32))),
});

/**
 * A function that reads one secret, through a short cache; callers at once share one read. A secret that nobody has filled is
 * no secret: what is signed with what stands in it instead could be from anybody.
 */
export function openSecret<Shape extends z.ZodMiniType>(
  secretId: string,
  schema: Shape,
  client = new SecretsManagerClient({ maxAttempts: 3 }),
): () => Promise<z.output<Shape>> {
  let cached: { until: number; value: Promise<z.output<Shape>> } | undefined;
  return () => {
    if (cached && cached.until > Date.now()) return cached.value;
    const value = readSecret(client, secretId, schema);
    cached = { until: Date.now() + cacheSeconds * 1000, value };
    value.catch(() => {
      cached = undefined;
    });
    return value;
  };
}

async function readSecret<Shape extends z.ZodMiniType>(client: SecretsManagerClient, secretId: string, schema: Shape) {
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
  const parsed = z.safeParse(schema, parseJson(SecretString));
  if (!parsed.success || Object.values(parsed.data as object).includes(notPutInYet))
    throw new Error(`The secret ${secretId} does not hold what is expected; the deployment guide says what to put in.`);
  return parsed.data;
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
