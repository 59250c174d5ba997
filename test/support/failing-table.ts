import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../../shared/store/table.ts';
import { testClient } from './ledger.ts';

export type Fault = {
  /** The client command's name, for example `TransactWriteItemsCommand`. */
  command: string;
  /** How many of those commands fail, from the first on. */
  times: number;
  error: Error;
  /** Whether the command is carried out before its answer is lost. */
  afterEffect?: boolean;
};

/** The same table through a client of which some calls fail, before or after they took effect. */
export function failingTable(table: Table, fault: Fault): Table {
  const client = DynamoDBDocumentClient.from(testClient(), { marshallOptions: { removeUndefinedValues: true } });
  let left = fault.times;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (left === 0 || context.commandName !== fault.command) return next(args);
      left -= 1;
      if (fault.afterEffect) await next(args);
      throw fault.error;
    },
    { step: 'initialize', priority: 'low' },
  );
  return { client, name: table.name };
}
