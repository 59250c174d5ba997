import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type * as z from 'zod/mini';
import { acknowledge } from './acknowledge.ts';
import { ActionableAlarm } from './alarm.ts';
import type { Ground } from './foundation.ts';
import { serviceName } from './metrics.ts';

/** What starts a function; it decides what a failed invocation leads to. */
type Trigger = 'request' | 'queue' | 'stream' | 'schedule' | 'deployment';

export type TributaryFunctionProps<Environment extends z.ZodMiniObject> = {
  /** The file below `functions/`, without its extension. */
  code: `${string}/${string}`;
  trigger: Trigger;
  /** Exactly the variables that the function parses. */
  environment: Record<keyof z.input<Environment>, string>;
  /** What people notice when it fails, in a sentence. */
  impact: string;
  timeoutSeconds?: number;
  memoryMegabytes?: number;
  /** Whether it sends messages to the queue that it works on; Lambda would take that for a mistake after 16 rounds and stop it. */
  continuesItself?: boolean;
};

/** For functions that parse no variable. */
export type NoEnvironment = z.ZodMiniObject<Record<never, never>>;

/** Why no dead-letter queue hangs on the function itself: by what starts it, what happens to a failed invocation. */
const afterFailure: Record<Trigger, string> = {
  request:
    'It is invoked synchronously: the caller gets an error and repeats the request under the same idempotency key.',
  queue: 'Failed messages return to their queue, which has a dead-letter queue.',
  stream: 'Failed records stay in the stream, and the outbox of the wallet keeps every gift until it is credited.',
  schedule: 'A run that fails is told by its alarm, and the next run does what it left.',
  deployment: 'It is invoked synchronously: its failure rolls the deployment back.',
};

/**
 * A Lambda function with the house's defaults: a role and a log group of its own, no permission but to write that log.
 * The rest is granted by name.
 */
export class TributaryFunction<Environment extends z.ZodMiniObject> extends Construct {
  readonly lambda: LambdaFunction;
  readonly timeoutSeconds: number;
  private readonly grants = new PolicyDocument({ minimize: true });

  constructor(scope: Construct, id: string, ground: Ground, props: TributaryFunctionProps<Environment>) {
    super(scope, id);
    const { stage, bundles } = ground;
    this.timeoutSeconds = props.timeoutSeconds ?? 10;
    const logGroup = new LogGroup(this, 'Log', { retention: stage.logRetention, removalPolicy: RemovalPolicy.DESTROY });
    // The policy is part of the role, so a function can never start without what it was granted.
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { Grants: this.grants },
    });
    // CloudFormation's ARN of a log group ends in `:*`, its streams, whose names Lambda makes up as it goes.
    this.allow({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] });
    this.lambda = new LambdaFunction(this, 'Function', {
      description: `Tributary ${props.code} (${stage.name})`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(bundles.folderOf(props.code)),
      handler: 'index.handler',
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      // At INFO, Lambda adds three lines to every invocation: at $0.50 a GB they cost about as much as the invocation itself.
      systemLogLevelV2: SystemLogLevel.WARN,
      memorySize: props.memoryMegabytes ?? 512,
      timeout: Duration.seconds(this.timeoutSeconds),
      ...(props.continuesItself && { recursiveLoop: RecursiveLoop.ALLOW }),
      environment: { ...props.environment, POWERTOOLS_SERVICE_NAME: serviceName(stage) },
    });
    acknowledge(this.lambda, {
      'Serverless-LambdaDLQ': afterFailure[props.trigger],
      'Serverless-LambdaTracing':
        "The tracer would cost as much start time as the DynamoDB client; log lines share the request id, and the services' own metrics time each part.",
    });
    this.alarmOnErrors(ground, props);
  }

  /** Allows exactly these actions on exactly this resource. */
  allow(statement: {
    actions: string[];
    resources: string[];
    conditions?: Record<string, Record<string, string[]>>;
  }): void {
    this.grants.addStatements(new PolicyStatement(statement));
  }

  private alarmOnErrors({ alarmTopic }: Ground, { impact }: { impact: string }): void {
    new ActionableAlarm(this, 'Errors', {
      topic: alarmTopic,
      metric: this.lambda.metricErrors({ statistic: 'Sum', period: Duration.minutes(5) }),
      when: { above: 0 },
      impact,
      runbook: 'A function fails',
    });
  }
}
