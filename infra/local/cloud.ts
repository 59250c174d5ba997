import { type Closing, createClosing } from './closing.ts';
import { startParts } from './cloud-parts.ts';
import { createResources, queueUrlsOf } from './cloud-resources.ts';
import { startEventSources } from './event-sources.ts';
import { createFunctions, type InvocationResult } from './functions.ts';
import { clientsFor, httpApiOfTemplate } from './http-api.ts';
import { findJava } from './java.ts';
import type { TokenRequest } from './jwt-issuer.ts';
import type { Print } from './progress.ts';
import { startSchedules } from './schedules.ts';
import { runTriggers } from './triggers.ts';

export interface LocalCloudOptions {
  /** The API's port; 0 for any free one. */
  port?: number;
  /** Keeps tables, streams and the simulators' books in this folder; without it everything lives in memory. */
  dataDirectory?: string;
  /** Hears a line for each step of the start. */
  progress?: Print;
  /** Hears each line that a function logs, and what the event sources have to say, with the construct's path. */
  log?: (source: string, line: string) => void;
  /** Added to the environment of every function. */
  environment?: Record<string, string>;
  /** When given, messages that failed come back to their function after this time, not after the visibility timeout. */
  queueRetrySeconds?: number;
  /** The CDK app to run. */
  appFile?: string;
  /** Hears that a part ended by itself, after which the cloud is of no use. */
  onFailure?: (error: Error) => void;
}

export interface LocalCloud {
  apiUrl: string;
  /**
   * Access tokens with one scope each: `economy/read`, `economy/write` and `economy/operate`. Each is of the client that
   * has the scope in AWS, so the operator's is of another client than the app's; `approve` is of a second operator.
   */
  tokens: { read: string; write: string; operate: string; approve: string };
  dynamodbUrl: string;
  sqsUrl: string;
  s3Url: string;
  /** `GET {eventBridgeUrl}/events` answers what is on the bus. */
  eventBridgeUrl: string;
  tableName: string;
  catalogTableName: string;
  simulators: { stripe: string; paypal: string; apple: string; google: string };
  webhookSecrets: { stripe: string };
  /** Queue URLs by construct path. */
  queueUrls: Record<string, string>;
  /** Issues a token of the local issuer, for example one that has expired. */
  issueToken(request: Partial<TokenRequest>): Promise<string>;
  /** Runs a function of the template, by logical id, physical name, construct path or construct id. */
  invoke(functionName: string, event: unknown): Promise<InvocationResult>;
  close(): Promise<void>;
}

/** Synthesizes the CDK app and runs what its template says on this machine; ready when the API answers. */
export async function startLocalCloud(options: LocalCloudOptions = {}): Promise<LocalCloud> {
  const closing = createClosing();
  try {
    return await start(options, closing);
  } catch (error) {
    await closing.closeAll();
    throw error;
  }
}

async function start(options: LocalCloudOptions, closing: Closing): Promise<LocalCloud> {
  const { progress = () => {}, log = () => {} } = options;
  const onLogLine = (line: string) => log('local cloud', line);
  // What only the person at the machine can put right is found out first.
  await findJava();
  const parts = await startParts(options, closing, progress);
  const { gateway, dynamodb, queues, eventBus, issuer, secrets, providerSecrets, simulators, template } = parts;

  progress('creating tables, queues and buckets');
  const { resolve, tableNames } = await createResources(parts);
  secrets.load(template, resolve);
  eventBus.load(template);
  const functions = createFunctions({
    template,
    resolve,
    environment: options.environment ?? {},
    endpoints: {
      dynamodb: dynamodb.url,
      sqs: queues.url,
      // The emulator of SQS is one of S3 too.
      s3: queues.url,
      eventBridge: eventBus.url,
      secretsManager: secrets.url,
      variables: {
        STRIPE_API_URL: simulators.stripe.url,
        PAYPAL_API_URL: simulators.paypal.url,
        APPLE_API_URL: simulators.apple.url,
        GOOGLE_PLAY_API_URL: simulators.google.url,
        GOOGLE_TOKEN_URL: simulators.google.tokenUrl,
        GOOGLE_CERTS_URL: simulators.google.certsUrl,
        // Who is to get webhooks runs on this machine.
        WEBHOOK_TARGETS: 'any',
      },
    },
    onLogLine: log,
  });
  closing.add(functions);
  const api = httpApiOfTemplate({ template, resolve, functions, issuer });
  await runTriggers({ template, resolve, functions, progress });

  progress('starting event sources and schedules');
  const { queueRetrySeconds } = options;
  const wiring = { template, resolve, functions, dynamodbUrl: dynamodb.url, sqsUrl: queues.url, onLogLine };
  closing.add(startEventSources({ ...wiring, queueRetrySeconds }));
  closing.add(startSchedules(wiring));
  // Closed once more, before everything else: requests end first, so that none meets a part that is gone.
  closing.add(gateway).open(api);
  progress(`the API answers at ${gateway.url}`);

  const clientOf = (scope = '') => clientsFor(scope, template, resolve)[0] ?? '';
  const tokenWith = (scope: string, clientId = clientOf(scope)) => issuer.issue({ scopes: [scope], clientId });
  const operate = 'economy/operate';
  return {
    apiUrl: gateway.url,
    tokens: {
      read: await tokenWith('economy/read'),
      write: await tokenWith('economy/write'),
      operate: await tokenWith(operate),
      approve: await tokenWith(operate, clientsFor(operate, template, resolve).at(-1)),
    },
    dynamodbUrl: dynamodb.url,
    sqsUrl: queues.url,
    s3Url: queues.url,
    eventBridgeUrl: eventBus.url,
    ...tableNames,
    simulators: {
      stripe: simulators.stripe.url,
      paypal: simulators.paypal.url,
      apple: simulators.apple.url,
      google: simulators.google.url,
    },
    webhookSecrets: { stripe: providerSecrets.stripe.webhookSecret },
    queueUrls: queueUrlsOf(template, resolve),
    issueToken: (request) => issuer.issue({ scopes: [], clientId: clientOf(request.scopes?.[0]), ...request }),
    invoke: async (name, event) => await functions.byName(name).invoke(event),
    close: () => closing.closeAll(),
  };
}
