import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { patience } from '../aws-patience.ts';

/** One DynamoDB table and the client that reaches it. */
export type Table = { client: DynamoDBDocumentClient; name: string };

export type Item = Record<string, unknown>;

export function connectTable(name: string, client: DynamoDBClient = new DynamoDBClient(patience)): Table {
  return { client: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }), name };
}
