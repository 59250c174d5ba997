import type { TestProject } from 'vitest/node';
import { startDynamoDbLocal } from '../../infra/local/dynamodb.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    dynamodbUrl: string;
  }
}

/** One DynamoDB Local for the whole run; each test file makes tables of its own in it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const emulator = await startDynamoDbLocal();
  project.provide('dynamodbUrl', emulator.url);
  return () => emulator.close();
}
