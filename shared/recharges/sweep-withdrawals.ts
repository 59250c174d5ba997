import { count, logger } from '../observability.ts';
import type { JobRun } from '../queue/scheduled-job.ts';
import { parseWithdrawal } from '../store/items/withdrawal.ts';
import { dueBuckets, dueIndex } from '../store/keys.ts';
import { queryPage, readItem } from '../store/read.ts';
import type { Item, Table } from '../store/table.ts';
import type { PaymentProviders } from './payment-provider.ts';
import { submitWithdrawal } from './submit-withdrawal.ts';

type Stores = { ledger: Table; providers: PaymentProviders };

export type WithdrawalSweep = { settled: number; changed: number; failed: number };

/** Withdrawals are rare; of a bucket so many are looked at in a run, one after the other. */
const mostPerBucket = 25;

/** Two attempts of two calls to the provider and the writes after them. */
const reserveMilliseconds = 25_000;

/** Asks the providers again for refunds whose outcome is not known. One that fails stays due, and holds up no other. */
export async function sweepWithdrawals(
  stores: Stores,
  { now, remainingMilliseconds }: JobRun,
): Promise<WithdrawalSweep> {
  const report: WithdrawalSweep = { settled: 0, changed: 0, failed: 0 };
  for (const bucket of dueBuckets('withdrawal')) {
    const { items } = await queryPage(stores.ledger, {
      IndexName: dueIndex,
      KeyConditionExpression: 'dueBucket = :bucket AND dueAt <= :now',
      ExpressionAttributeValues: { ':bucket': bucket, ':now': now.toISOString() },
      Limit: mostPerBucket,
    });
    for (const key of items) {
      if (remainingMilliseconds() < reserveMilliseconds) return report;
      report[await settleAlone(stores, key, now)] += 1;
    }
  }
  return report;
}

async function settleAlone(stores: Stores, { pk, sk }: Item, now: Date): Promise<keyof WithdrawalSweep> {
  try {
    // The index lags behind the table, and says only which withdrawals to read.
    const item = await readItem(stores.ledger, { pk: String(pk), sk: String(sk) });
    const withdrawal = item && parseWithdrawal(item);
    if (withdrawal?.state !== 'requested') return 'changed';
    await submitWithdrawal(stores, withdrawal, now);
    return 'settled';
  } catch (error) {
    count('RechargeLookUpsFailed');
    logger.error('refund of a withdrawal failed', { key: String(pk), error: error as Error });
    return 'failed';
  }
}
