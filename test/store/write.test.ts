import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { Contention, isTransient, writeAttempts } from '../../shared/store/contention.ts';
import { connectTable } from '../../shared/store/table.ts';
import { transact, updateIf, type Write } from '../../shared/store/write.ts';

const client = new DynamoDBClient({ region: 'us-east-1' });
const table = connectTable('Ledger', client);
const dynamodb = mockClient(table.client);

beforeEach(() => {
  dynamodb.reset();
});

function cancelled(...codes: string[]): TransactionCanceledException {
  const CancellationReasons = codes.map((Code) =>
    Code === 'ConditionalCheckFailed' ? { Code, Item: { n: { N: '7' } } } : { Code },
  );
  return new TransactionCanceledException({ message: 'cancelled', $metadata: {}, CancellationReasons });
}

const writes: Write<string>[] = ['first', 'second', 'third'].map((name) => ({
  put: { Item: { pk: name, sk: 'x' }, ConditionExpression: 'attribute_not_exists(pk)' },
  failure: (current) => `${name} failed on ${JSON.stringify(current)}`,
}));

describe('a transaction', () => {
  it('names its table in every part and asks for the item as it stands', async () => {
    dynamodb.on(TransactWriteCommand).resolves({});
    expect(await transact(table, writes)).toEqual({ committed: true });
    const [call] = dynamodb.commandCalls(TransactWriteCommand);
    for (const item of call?.args[0].input.TransactItems ?? [])
      expect(item.Put).toMatchObject({ TableName: 'Ledger', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' });
  });

  it('gives the failures of exactly the writes whose condition does not hold, with the item as it stands', async () => {
    dynamodb.on(TransactWriteCommand).rejects(cancelled('None', 'ConditionalCheckFailed', 'TransactionConflict'));
    expect(await transact(table, writes)).toEqual({ committed: false, failures: ['second failed on {"n":7}'] });
  });

  it('tries again after conflicts and throttles, and then commits', async () => {
    dynamodb
      .on(TransactWriteCommand)
      .rejectsOnce(cancelled('TransactionConflict', 'None', 'None'))
      .rejectsOnce(cancelled('None', 'ThrottlingError', 'None'))
      .resolves({});
    expect(await transact(table, writes)).toEqual({ committed: true });
    expect(dynamodb.commandCalls(TransactWriteCommand)).toHaveLength(3);
  });

  it('gives up with a fault that asks to come back, when conflicts do not end', async () => {
    dynamodb.on(TransactWriteCommand).rejects(cancelled('TransactionConflict', 'None', 'None'));
    await expect(transact(table, writes)).rejects.toBeInstanceOf(Contention);
    expect(dynamodb.commandCalls(TransactWriteCommand)).toHaveLength(writeAttempts);
  });

  it('does not repeat what no repetition can mend', async () => {
    dynamodb.on(TransactWriteCommand).rejects(cancelled('ValidationError', 'None', 'None'));
    await expect(transact(table, writes)).rejects.toThrow('cancelled');
    expect(dynamodb.commandCalls(TransactWriteCommand)).toHaveLength(1);
  });
});

describe('a conditional update', () => {
  const update = { Key: { pk: 'a', sk: 'b' }, UpdateExpression: 'SET x = x', ConditionExpression: 'version = version' };

  it('is one request that brings the new item, or the item that refused it', async () => {
    dynamodb.on(UpdateCommand).resolvesOnce({ Attributes: { x: 1 } });
    expect(await updateIf(table, update)).toEqual({ applied: true, item: { x: 1 } });
    const refused = new ConditionalCheckFailedException({ message: '', $metadata: {}, Item: { x: { N: '2' } } });
    dynamodb.on(UpdateCommand).rejects(refused);
    expect(await updateIf(table, update)).toEqual({ applied: false, current: { x: 2 } });
    expect(dynamodb.commandCalls(UpdateCommand)).toHaveLength(2);
    expect(dynamodb.commandCalls(UpdateCommand)[0]?.args[0].input).toMatchObject({
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
  });

  it('waits for a transaction that holds the item', async () => {
    const conflict = new TransactionConflictException({ message: '', $metadata: {} });
    dynamodb.on(UpdateCommand).rejectsOnce(conflict).resolves({ Attributes: {} });
    expect(await updateIf(table, update)).toEqual({ applied: true, item: {} });
    dynamodb.on(UpdateCommand).rejects(conflict);
    await expect(updateIf(table, update)).rejects.toBeInstanceOf(Contention);
  });
});

describe('what a repetition may mend', () => {
  it.each([
    'ThrottlingException',
    'ProviderOutcomeUnknown',
    'ProvisionedThroughputExceededException',
    'InternalServerError',
    'TimeoutError',
  ])('%s', (name) => {
    expect(isTransient(Object.assign(new Error('x'), { name }))).toBe(true);
  });

  it.each(['ValidationException', 'AccessDeniedException', 'ZodError'])('not %s', (name) => {
    expect(isTransient(Object.assign(new Error('x'), { name }))).toBe(false);
  });
});
