import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../../shared/store/table.ts';
import { testClient } from '../support/ledger.ts';

export type Meddled = {
  table: Table;
  /** The next call of the command (after `passing` others) fails, before it has any effect or after it had all of it. */
  failNext(command: string, when: 'before' | 'after', options?: { passing?: number }): void;
  /** Somebody else acts between what was decided and the next call of the command (after `passing` others). */
  actBeforeNext(command: string, act: () => Promise<unknown>, options?: { passing?: number }): void;
};

type Meddling = { command: string; passing: number; before: () => Promise<unknown>; after: () => void };

/** The same table through a client whose calls can be made to fail or to come late, as networks and rivals would. */
export function meddledTable(table: Table): Meddled {
  const armed: Meddling[] = [];
  const client = DynamoDBDocumentClient.from(testClient(), { marshallOptions: { removeUndefinedValues: true } });
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const meddling = take(armed, context.commandName);
      await meddling?.before();
      const result = await next(args);
      meddling?.after();
      return result;
    },
    { step: 'initialize', priority: 'low' },
  );
  const nothing = async () => undefined;
  return {
    table: { client, name: table.name },
    failNext(command, when, { passing = 0 } = {}) {
      const fail = () => Promise.reject(new Error('the call broke off before it had an effect'));
      const lose = () => {
        throw new Error('the answer was lost');
      };
      armed.push(
        when === 'before'
          ? { command, passing, before: fail, after: () => {} }
          : { command, passing, before: nothing, after: lose },
      );
    },
    actBeforeNext(command, act, { passing = 0 } = {}) {
      armed.push({ command, passing, before: act, after: () => {} });
    },
  };
}

function take(armed: Meddling[], command: string | undefined): Meddling | undefined {
  const meddling = armed.find((one) => one.command === command);
  if (!meddling) return undefined;
  if (meddling.passing > 0) {
    meddling.passing -= 1;
    return undefined;
  }
  armed.splice(armed.indexOf(meddling), 1);
  return meddling;
}
