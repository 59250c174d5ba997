import { changedMeanwhile } from '../store/contention.ts';
import { parseReversal, type Reversal } from '../store/items/reversal.ts';
import { reversalKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { transact, updateIf, type Write } from '../store/write.ts';

/** What became of a reversal on which no step was taken. */
export type Ended = 'waiting' | 'finished' | typeof changedMeanwhile;

type Progress = Pick<Reversal, 'walkedCoins' | 'cursor' | 'reversedCoins' | 'steps'>;

/** How far a reversal has come with a step, as a part of the transaction that takes it. */
export function progress(
  reversal: Reversal,
  { walkedCoins, cursor, reversedCoins, steps }: Progress,
): Write<'changed'> {
  return {
    update: {
      Key: reversalKey(reversal.rechargeId),
      ConditionExpression: 'version = :version',
      UpdateExpression:
        'SET walkedCoins = :walked, #cursor = :cursor, reversedCoins = :reversed, steps = :steps, version = version + :one ' +
        'REMOVE isSecondWalk',
      ExpressionAttributeNames: { '#cursor': 'cursor' },
      ExpressionAttributeValues: {
        ':walked': walkedCoins,
        ':cursor': cursor,
        ':reversed': reversedCoins,
        ':steps': steps,
        ':version': reversal.version,
        ':one': 1,
      },
    },
    failure: () => 'changed',
  };
}

/** Begins with the latest gift again and passes none over: some were sent before others under later keys. */
export async function walkAgain(ledger: Table, { rechargeId, version }: Reversal): Promise<boolean> {
  const { applied } = await updateIf(ledger, {
    Key: reversalKey(rechargeId),
    ConditionExpression: 'version = :version',
    UpdateExpression:
      'SET walkedCoins = :zero, skipCoins = :zero, isSecondWalk = :true, version = version + :one REMOVE #cursor',
    ExpressionAttributeNames: { '#cursor': 'cursor' },
    ExpressionAttributeValues: { ':version': version, ':zero': 0, ':true': true, ':one': 1 },
  });
  return applied;
}

/** Whether nobody has changed the reversal since it was read. */
export async function isAsRead(ledger: Table, { rechargeId, version }: Reversal): Promise<boolean> {
  const item = await readItem(ledger, reversalKey(rechargeId));
  return item !== undefined && parseReversal(item).version === version;
}

/** One of which nothing is left ends for good: coins that are spent again were spent at another time, on other gifts. */
export async function finish(ledger: Table, reversal: Reversal): Promise<Ended> {
  const { rechargeId, version } = reversal;
  if (reversal.reversedCoins === 0 && reversal.wantedCoins === 0) return forget(ledger, reversal);
  const { applied } = await updateIf(ledger, {
    Key: reversalKey(rechargeId),
    ConditionExpression: 'version = :version',
    UpdateExpression: 'SET version = version + :one REMOVE dueBucket, dueAt',
    ExpressionAttributeValues: { ':version': version, ':one': 1 },
  });
  return applied ? 'finished' : changedMeanwhile;
}

async function forget(ledger: Table, { rechargeId, version }: Reversal): Promise<Ended> {
  const written = await transact(ledger, [
    {
      remove: {
        Key: reversalKey(rechargeId),
        ConditionExpression: 'version = :version',
        ExpressionAttributeValues: { ':version': version },
      },
      failure: () => 'changed',
    },
  ]);
  return written.committed ? 'finished' : changedMeanwhile;
}

/** A gift that was sent before the coins went back may still be on its way to its creator. */
const waitMilliseconds = 60_000;

export async function wait(ledger: Table, { rechargeId, version }: Reversal, now: Date): Promise<Ended> {
  const { applied } = await updateIf(ledger, {
    Key: reversalKey(rechargeId),
    ConditionExpression: 'version = :version',
    UpdateExpression: 'SET dueAt = :dueAt, version = version + :one',
    ExpressionAttributeValues: {
      ':version': version,
      ':dueAt': new Date(now.getTime() + waitMilliseconds).toISOString(),
      ':one': 1,
    },
  });
  return applied ? 'waiting' : changedMeanwhile;
}
