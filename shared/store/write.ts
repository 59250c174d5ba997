import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import {
  type DeleteCommandInput,
  type PutCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { Contention, pauseBefore, writeAttempts } from './contention.ts';
import type { Item, Table } from './table.ts';

type Unnamed<Input> = Omit<Input, 'TableName' | 'ReturnValues' | 'ReturnValuesOnConditionCheckFailure'>;

type Operation =
  | { put: Unnamed<PutCommandInput> }
  | { update: Unnamed<UpdateCommandInput> }
  | { remove: Unnamed<DeleteCommandInput> }
  | {
      check: { Key: Item; ConditionExpression: string } & Pick<
        UpdateCommandInput,
        'ExpressionAttributeNames' | 'ExpressionAttributeValues'
      >;
    };

/**
 * One write of a transaction, together with what it means that its condition does not hold.
 * `failure` gets the item as it stands (nothing when there is none), free of charge.
 */
export type Write<Failure> = Operation & { failure: (current: Item | undefined) => Failure };

export type Written<Failure> = { committed: true } | { committed: false; failures: Failure[] };

/**
 * Commits all writes or none. Conflicts with other transactions and throttles are tried again with jitter, then
 * surface as `Contention`; conditions that do not hold come back as the failures of exactly those writes, in order.
 * @throws Contention when others held the items for all attempts.
 */
export async function transact<Failure>(
  table: Table,
  writes: Write<Failure>[],
  { attempts = writeAttempts }: { attempts?: number } = {},
): Promise<Written<Failure>> {
  for (let attempt = 1; ; attempt++) {
    try {
      await table.client.send(
        new TransactWriteCommand({ TransactItems: writes.map((write) => toTransactItem(table, write)) }),
      );
      return { committed: true };
    } catch (error) {
      const reasons = cancellationReasons(error);
      if (reasons === undefined) throw error;
      const failures = reasons.flatMap(({ code, item }, position) => {
        const write = writes[position];
        return code === 'ConditionalCheckFailed' && write ? [write.failure(item)] : [];
      });
      if (failures.length > 0) return { committed: false, failures };
      if (!reasons.every(({ code }) => retryable.has(code))) throw error;
      if (attempt >= attempts)
        throw new Contention('The transaction met conflicts on every attempt.', { cause: error });
      await pauseBefore(attempt);
    }
  }
}

const retryable = new Set(['None', 'TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

function toTransactItem(
  table: Table,
  write: Write<unknown>,
): NonNullable<TransactWriteCommandInput['TransactItems']>[number] {
  const common = { TableName: table.name, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
  if ('put' in write) return { Put: { ...write.put, ...common } };
  if ('update' in write)
    return { Update: { ...write.update, ...common, UpdateExpression: write.update.UpdateExpression ?? '' } };
  if ('remove' in write) return { Delete: { ...write.remove, ...common } };
  return { ConditionCheck: { ...write.check, ...common } };
}

/** The reasons, one for each write in its order, why a transaction was cancelled; nothing for any other error. */
function cancellationReasons(error: unknown): { code: string; item: Item | undefined }[] | undefined {
  if (!(error instanceof TransactionCanceledException)) return undefined;
  return error.CancellationReasons?.map(({ Code = 'None', Item: item }) => ({
    code: Code,
    item: item && unmarshall(item),
  }));
}

export type Updated = { applied: true; item: Item } | { applied: false; current: Item | undefined };

/**
 * One conditional update in one request: the new item when it was applied, the item as it stands when its condition
 * does not hold. Both come back in the same answer, at no further cost.
 * @throws Contention when a transaction held the item for all attempts.
 */
export async function updateIf(table: Table, update: Unnamed<UpdateCommandInput>): Promise<Updated> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { Attributes } = await table.client.send(
        new UpdateCommand({
          ...update,
          TableName: table.name,
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return { applied: true, item: Attributes ?? {} };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException)
        return { applied: false, current: error.Item && unmarshall(error.Item) };
      if (!(error instanceof TransactionConflictException)) throw error;
      if (attempt >= writeAttempts)
        throw new Contention('The item was held by transactions on every attempt.', { cause: error });
      await pauseBefore(attempt);
    }
  }
}
