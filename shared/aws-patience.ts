/**
 * How long a client of AWS waits and how often it tries: three attempts (of throttles, time-outs and 5xx answers, with
 * jitter), each of two seconds at most. DynamoDB and SQS answer in milliseconds, so a longer wait is a lost packet, and
 * the function's own time-out must leave room for the retries.
 */
export const patience = {
  maxAttempts: 3,
  requestHandler: { requestTimeout: 2_000, connectionTimeout: 1_000, throwOnRequestTimeout: true },
} as const;
