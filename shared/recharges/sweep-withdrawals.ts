import { count, logger } from '../observability.ts';
import type { JobRun } from '../queue/scheduled-job.ts';
import { dueKeys } from '../store/due.ts';
import { parseWithdrawal } from '../store/items/withdrawal.ts';
import type { Key } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import type { PaymentProviders } from './payment-provider.ts';
import { submitWithdrawal } from './submit-withdrawal.ts';

type Stores = { ledger: Table; providers: PaymentProviders };

export type WithdrawalSweep = { settled: number; changed: number; failed: number };

/** Withdrawals are rare, and looked at one after the other. */
const keysAtOnce = 25;

/** Two attempts of two calls to the provider and the writes after them. */
const reserveMilliseconds = 25_000;

/** Asks the providers again for refunds whose outcome is not known. One that fails stays due, and holds up no other. */
export async function sweepWithdrawals(
  stores: Stores,
  { now, remainingMilliseconds }: JobRun,
): Promise<WithdrawalSweep> {
  const report: WithdrawalSweep = { settled: 0, changed: 0, failed: 0 };
  for await (const keys of dueKeys(stores.ledger, { kind: 'withdrawal', now, atOnce: keysAtOnce })) {
    for (const key of keys) {
      if (remainingMilliseconds() < reserveMilliseconds) return report;
      report[await settleAlone(stores, key, now)] += 1;
    }
  }
  return report;
}

async function settleAlone(stores: Stores, key: Key, now: Date): Promise<keyof WithdrawalSweep> {
  try {
    // The index lags behind the table, and says only which withdrawals to read.
    const item = await readItem(stores.ledger, key);
    const withdrawal = item && parseWithdrawal(item);
    if (withdrawal?.state !== 'requested') return 'changed';
    await submitWithdrawal(stores, withdrawal, now);
    return 'settled';
  } catch (error) {
    count('RechargeLookUpsFailed');
    logger.error('refund of a withdrawal failed', { key: key.pk, error: error as Error });
    return 'failed';
  }
}
