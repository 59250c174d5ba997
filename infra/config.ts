import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod/mini';
import { type EventTypeName, eventTypeNames } from '../shared/events/event-types.ts';

/** One installation of the product. Everything that differs between installations is here. */
export type Stage = {
  name: 'dev' | 'staging' | 'prod';
  /** Days from a gift until its diamonds can be withdrawn: long enough for most chargebacks to come first. */
  maturityDays: number;
  /** The rules of payouts that the catalogue is seeded with; relaxed, a creator is paid without names, tax profile or waiting. */
  payoutRules: 'strict' | 'relaxed';
  /** Whether the stack and its tables withstand being deleted, and whether their data stays when they are. */
  isProtected: boolean;
  /**
   * What the ledger takes from the first second on, in units per second; absent, it starts where DynamoDB starts a
   * table on demand (4,000 writes, 12,000 reads) and grows with its use. It can be raised later, never lowered.
   */
  ledgerWarmThroughput?: { readUnitsPerSecond: number; writeUnitsPerSecond: number };
  logRetention: RetentionDays;
  /** API Gateway's own limit for an account and region is 10,000 requests a second, with a burst of 5,000. */
  requests: { perSecond: number; burst: number };
  /** How many invocations work on one shard of the ledger's stream at once; DynamoDB streams allow 10. */
  relaysPerShard: number;
  /** How often a sweep looks for gifts that wait too long for their credit. */
  outboxSweepMinutes: number;
  /** A gift that waits this long for its credit is sent again: longer than a credit ever takes when all is well. */
  outboxStaleSeconds: number;
  stripeApiUrl: string;
  paypalApiUrl: string;
  /** Which of the App Store's two worlds counts; in the sandbox nobody pays for what they buy. */
  apple: { environment: 'Production' | 'Sandbox'; apiUrl: string };
  /**
   * Which events go out, and for how many days EventBridge keeps them for a replay. Each costs what docs/events.md reckons: those
   * of gifts are worth it to a small app, and to a large one more than all else together.
   */
  events: { announced: readonly EventTypeName[]; archiveDays: number };
  /** Whether what license testers of Google Play buy, for nothing, brings coins. */
  googleTestPurchases: 'credited' | 'parked';
};

const stripeApiUrl = 'https://api.stripe.com';
const paypalSandboxUrl = 'https://api-m.sandbox.paypal.com';
const eventsButGifts = eventTypeNames.filter((type) => !type.startsWith('gift.'));
const appleSandbox = { environment: 'Sandbox', apiUrl: 'https://api.storekit-sandbox.apple.com' } as const;

export const stages: Record<Stage['name'], Stage> = {
  dev: {
    name: 'dev',
    maturityDays: 0,
    payoutRules: 'relaxed',
    isProtected: false,
    logRetention: RetentionDays.ONE_WEEK,
    requests: { perSecond: 100, burst: 200 },
    relaysPerShard: 2,
    outboxSweepMinutes: 1,
    outboxStaleSeconds: 30,
    stripeApiUrl,
    paypalApiUrl: paypalSandboxUrl,
    apple: appleSandbox,
    events: { announced: eventTypeNames, archiveDays: 7 },
    googleTestPurchases: 'credited',
  },
  staging: {
    name: 'staging',
    maturityDays: 14,
    payoutRules: 'strict',
    isProtected: true,
    logRetention: RetentionDays.ONE_MONTH,
    requests: { perSecond: 1_000, burst: 1_000 },
    relaysPerShard: 10,
    outboxSweepMinutes: 5,
    outboxStaleSeconds: 180,
    stripeApiUrl,
    paypalApiUrl: paypalSandboxUrl,
    apple: appleSandbox,
    events: { announced: eventTypeNames, archiveDays: 30 },
    googleTestPurchases: 'credited',
  },
  prod: {
    name: 'prod',
    maturityDays: 14,
    payoutRules: 'strict',
    isProtected: true,
    // 5,000 gifts a second at about 3.5 write units each, with a little to spare.
    ledgerWarmThroughput: { readUnitsPerSecond: 12_000, writeUnitsPerSecond: 20_000 },
    logRetention: RetentionDays.THREE_MONTHS,
    requests: { perSecond: 8_000, burst: 4_000 },
    relaysPerShard: 10,
    outboxSweepMinutes: 5,
    outboxStaleSeconds: 180,
    stripeApiUrl,
    paypalApiUrl: 'https://api-m.paypal.com',
    events: { announced: eventsButGifts, archiveDays: 90 },
    googleTestPurchases: 'parked',
    apple: { environment: 'Production', apiUrl: 'https://api.storekit.apple.com' },
  },
};

/** What `cdk deploy -c name=value` chooses. */
export type Deployment = {
  stage: Stage;
  /** Who is told about alarms; without it the alarms only show in CloudWatch and on their topic. */
  alarmEmail?: string;
  /** An identity provider of the operator's own, in place of the Cognito user pool. */
  identityProvider?: { issuer: string; audiences: string[] };
};

const Context = z.object({
  stage: z._default(z.enum(['dev', 'staging', 'prod']), 'dev'),
  alarmEmail: z.optional(z.email()),
  jwtIssuer: z.optional(z.url({ protocol: /^https$/ })),
  /** Separated by commas. */
  jwtAudience: z.optional(z.string().check(z.minLength(1))),
});

/** The context that was given cannot be deployed; the message says why, in a sentence for whoever typed it. */
export class UnusableContext extends Error {
  override readonly name = 'UnusableContext';
}

/** @throws UnusableContext */
export function readDeployment(contextOf: (name: string) => unknown): Deployment {
  const names = Object.keys(Context.shape) as (keyof typeof Context.shape)[];
  const parsed = z.safeParse(Context, Object.fromEntries(names.map((name) => [name, contextOf(name)])));
  if (!parsed.success)
    throw new UnusableContext(parsed.error.issues.map((issue) => explain(issue, contextOf)).join(' '));
  const { stage, alarmEmail, jwtIssuer, jwtAudience } = parsed.data;
  if ((jwtIssuer === undefined) !== (jwtAudience === undefined)) {
    throw new UnusableContext('Give both jwtIssuer and jwtAudience, or neither to get a Cognito user pool.');
  }
  return {
    stage: stages[stage],
    ...(alarmEmail !== undefined && { alarmEmail }),
    ...(jwtIssuer !== undefined && {
      identityProvider: { issuer: jwtIssuer, audiences: jwtAudience?.split(',') ?? [] },
    }),
  };
}

const expectations: Record<string, string> = {
  stage: `one of ${Object.keys(stages).join(', ')}`,
  alarmEmail: 'an e-mail address',
  jwtIssuer: 'an https URL, without the path of its discovery document',
  jwtAudience: 'one audience, or several separated by commas',
};

function explain(issue: z.core.$ZodIssue, contextOf: (name: string) => unknown): string {
  const name = String(issue.path[0]);
  return `-c ${name}=${String(contextOf(name))} is not usable: it must be ${expectations[name]}.`;
}
