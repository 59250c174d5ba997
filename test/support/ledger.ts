import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { inject } from 'vitest';
import { localClientConfig } from '../../infra/local/credentials.ts';
import { seedCatalog } from '../../shared/catalog/seed.ts';
import { newId } from '../../shared/identifiers.ts';
import { dueIndex } from '../../shared/store/keys.ts';
import { connectTable, type Table } from '../../shared/store/table.ts';

/** A client of the run's DynamoDB Local. */
export function testClient(): DynamoDBClient {
  return new DynamoDBClient(localClientConfig(inject('dynamodbUrl')));
}

export type LedgerOptions = {
  client?: DynamoDBClient;
  /** For tests that read the stream: each stream slows down the writes to all tables of the emulator that come after it. */
  stream?: boolean;
  /** Which rules of payouts the catalogue is seeded with. */
  payoutRules?: 'strict' | 'relaxed';
};

/** Two empty tables with fresh names, and the default catalogue in the second. */
export async function freshLedger({
  client = testClient(),
  stream = false,
  payoutRules = 'relaxed',
}: LedgerOptions = {}): Promise<{
  ledger: Table;
  catalog: Table;
}> {
  const suffix = newId(new Date());
  const ledger = connectTable(`Ledger-${suffix}`, client);
  const catalog = connectTable(`Catalog-${suffix}`, client);
  await Promise.all([createLedgerTable(client, ledger.name, stream), createCatalogTable(client, catalog.name)]);
  await seedCatalog(catalog, { payoutRules });
  return { ledger, catalog };
}

async function createLedgerTable(client: DynamoDBClient, name: string, stream: boolean): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: ['pk', 'sk', 'dueBucket', 'dueAt'].map((name) => ({
        AttributeName: name,
        AttributeType: 'S',
      })),
      GlobalSecondaryIndexes: [
        {
          IndexName: dueIndex,
          KeySchema: [
            { AttributeName: 'dueBucket', KeyType: 'HASH' },
            { AttributeName: 'dueAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      ...(stream && { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } }),
    }),
  );
}

async function createCatalogTable(client: DynamoDBClient, name: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: ['pk', 'sk'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
    }),
  );
}
