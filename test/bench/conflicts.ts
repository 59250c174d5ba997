import { type DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { placeOf } from './transact-items.ts';

/**
 * Cancels a transaction that writes an item which another transaction is writing, as DynamoDB does (developer guide,
 * "Transaction conflict handling"). DynamoDB Local lets it wait instead, so that a creator's one balance would seem to
 * take any number of transactions at once. All calls of the client must come from this process.
 */
export function cancelConflicts(client: DynamoDBClient): void {
  const inHand = new Set<string>();
  client.middlewareStack.add(
    (next) => async (args) => {
      const { TransactItems } = args.input as TransactWriteCommandInput;
      if (!TransactItems) return next(args);
      const names = TransactItems.map((write) => JSON.stringify(placeOf(write)));
      if (names.some((name) => inHand.has(name))) throw conflictOf(names.map((name) => inHand.has(name)));
      for (const name of names) inHand.add(name);
      try {
        return await next(args);
      } finally {
        for (const name of names) inHand.delete(name);
      }
    },
    { step: 'initialize', priority: 'high' },
  );
}

function conflictOf(conflicts: boolean[]): TransactionCanceledException {
  return new TransactionCanceledException({
    message: 'Transaction cancelled',
    CancellationReasons: conflicts.map((conflict) => ({ Code: conflict ? 'TransactionConflict' : 'None' })),
    $metadata: {},
  });
}
