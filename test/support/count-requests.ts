import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../../shared/store/table.ts';
import { testClient } from './ledger.ts';
import type { World } from './people.ts';

type Usage = { requests: number; writeUnits: number; readUnits: number };

type Consumed = { CapacityUnits?: number; ReadCapacityUnits?: number; WriteCapacityUnits?: number };

/**
 * The same world through a client that counts its requests and asks DynamoDB what each consumed. Catalogue and
 * recipients keep their caches, so what is counted is the warm path.
 */
export function countRequests(world: World): { world: World; requests: () => Usage } {
  const { table, usage } = countingTable(world.ledger);
  return { world: { ...world, ledger: table }, requests: usage };
}

export function countingTable(ledger: Table): { table: Table; usage: () => Usage } {
  const usage: Usage = { requests: 0, writeUnits: 0, readUnits: 0 };
  const client = DynamoDBDocumentClient.from(testClient(), { marshallOptions: { removeUndefinedValues: true } });
  client.middlewareStack.add(
    (next, context) => async (args) => {
      (args.input as { ReturnConsumedCapacity?: string }).ReturnConsumedCapacity = 'TOTAL';
      usage.requests += 1;
      const result = await next(args);
      const { ConsumedCapacity } = result.output as { ConsumedCapacity?: Consumed | Consumed[] };
      const isWrite = /Update|Put|Delete|Write/.test(context.commandName ?? '');
      for (const { CapacityUnits = 0 } of [ConsumedCapacity ?? []].flat())
        usage[isWrite ? 'writeUnits' : 'readUnits'] += CapacityUnits;
      return result;
    },
    { step: 'initialize', priority: 'low' },
  );
  return { table: { client, name: ledger.name }, usage: () => ({ ...usage }) };
}
