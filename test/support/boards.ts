import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { newId } from '../../shared/identifiers.ts';
import { byCoinsIndex } from '../../shared/store/board-keys.ts';
import { connectTable, type Table } from '../../shared/store/table.ts';
import { testClient } from './ledger.ts';

/** An empty table of leaderboards. */
export async function freshBoards(client = testClient()): Promise<Table> {
  const name = `Boards-${newId(new Date())}`;
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
        { AttributeName: 'coins', AttributeType: 'N' },
      ],
      LocalSecondaryIndexes: [
        {
          IndexName: byCoinsIndex,
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'coins', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  return connectTable(name, client);
}
