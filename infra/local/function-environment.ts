import { localCredentials, localRegion } from './credentials.ts';

export interface LocalEndpoints {
  dynamodb: string;
  sqs: string;
  s3: string;
  eventBridge: string;
  /** Answers Secrets Manager's protocol, and refuses every other service in a clear sentence. */
  secretsManager: string;
  /** Values in place of the template's, by the variable: the simulators' URLs, and what is right only on this machine. */
  variables: Record<string, string>;
}

export interface FunctionEnvironmentInput {
  functionName: string;
  memoryMegabytes: number;
  logging: { format: string; level: string | undefined };
  /** Environment variables of the template, resolved. */
  variables: Record<string, string>;
  endpoints: LocalEndpoints;
  /** Added by whoever starts the cloud; goes before everything else. */
  extra: Record<string, string>;
}

/**
 * The whole environment of one function: Lambda's own variables, the template's, and the endpoints that the AWS SDK
 * reads by itself. Nothing of the machine's user is in it, neither credentials nor configuration files nor a PATH.
 */
export function functionEnvironment(input: FunctionEnvironmentInput): Record<string, string> {
  const { endpoints } = input;
  const replaced = Object.entries(endpoints.variables).filter(([name]) => name in input.variables);
  return {
    AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
    AWS_REGION: localRegion,
    AWS_DEFAULT_REGION: localRegion,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: input.functionName,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(input.memoryMegabytes),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: input.logging.format,
    ...(input.logging.level !== undefined && { AWS_LAMBDA_LOG_LEVEL: input.logging.level }),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${input.functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_CONFIG_FILE: '/nonexistent/aws-config',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/aws-credentials',
    AWS_EC2_METADATA_DISABLED: 'true',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    ...input.variables,
    AWS_ENDPOINT_URL: endpoints.secretsManager,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.eventBridge,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsManager,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    ...Object.fromEntries(replaced),
    ...input.extra,
  };
}
