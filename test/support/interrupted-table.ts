import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../../shared/store/table.ts';
import { testClient } from './ledger.ts';

/** The same table, except that something else happens just before the first command of that name is sent. */
export function interruptedTable(table: Table, command: string, happens: () => Promise<unknown>): Table {
  const client = DynamoDBDocumentClient.from(testClient(), { marshallOptions: { removeUndefinedValues: true } });
  let isOpen = true;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (isOpen && context.commandName === command) {
        isOpen = false;
        await happens();
      }
      return next(args);
    },
    { step: 'initialize', priority: 'low' },
  );
  return { client, name: table.name };
}
