import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** One DynamoDB table and the client that reaches it. */
export type Table = { client: DynamoDBDocumentClient; name: string };

export type Item = Record<string, unknown>;

/**
 * One attempt of a call may take this long: DynamoDB answers in milliseconds, so a longer wait is a lost packet,
 * and the function's own time-out must leave room for the retries.
 */
const requestTimeoutMilliseconds = 2_000;
const connectionTimeoutMilliseconds = 1_000;

export function connectTable(name: string, client: DynamoDBClient = newClient()): Table {
  return { client: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }), name };
}

/** A client whose retries (of throttles, time-outs and 5xx answers, with jitter) end after three attempts. */
function newClient(): DynamoDBClient {
  return new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: {
      requestTimeout: requestTimeoutMilliseconds,
      connectionTimeout: connectionTimeoutMilliseconds,
      throwOnRequestTimeout: true,
    },
  });
}
