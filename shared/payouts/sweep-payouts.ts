import { createHash } from 'node:crypto';
import { minor } from '../money/units.ts';
import { count, logger } from '../observability.ts';
import type { PayPalBatch, PayPalPayouts } from '../providers/paypal-client.ts';
import type { PayPalItem } from '../providers/paypal-item.ts';
import type { JobRun } from '../queue/scheduled-job.ts';
import type { Queue } from '../queue/send-messages.ts';
import { dueKeys } from '../store/due.ts';
import { type Payout, parsePayout } from '../store/items/payout.ts';
import type { Key } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { updateIf } from '../store/write.ts';
import { isOverdue, payoutDue } from './due.ts';
import { sendToProvider } from './request-payout.ts';
import { settlePayout } from './settle-payout.ts';
import { submitPayout } from './submit-payout.ts';

export type PayoutSweep = { ledger: Table; payouts: Queue; paypal: PayPalPayouts };

export type SweepReport = { looked: number; faults: number; overdue: number; isComplete: boolean };

/** A payout is looked at only while this much time is left: for four calls of PayPal at eight seconds each, and the ledger. */
const reserveMilliseconds = 40_000;

/** One page of the index; the payouts of a page are looked at one after the other. */
const keysAtOnce = 100;

/**
 * Looks after payouts that stopped moving: sends the message of those that nobody sent, and asks PayPal about those it has.
 * What goes wrong with one of them is logged and does not keep the others waiting.
 */
export async function sweepPayouts(sweep: PayoutSweep, { now, remainingMilliseconds }: JobRun): Promise<SweepReport> {
  const report: SweepReport = { looked: 0, faults: 0, overdue: 0, isComplete: true };
  report.isComplete = await sweepInto(report, sweep, { now, remainingMilliseconds });
  count('PayoutsOverdue', report.overdue);
  return report;
}

/** Whether all that was due was looked at. */
async function sweepInto(report: SweepReport, sweep: PayoutSweep, run: JobRun): Promise<boolean> {
  const { now, remainingMilliseconds } = run;
  for await (const keys of dueKeys(sweep.ledger, { kind: 'payout', now, atOnce: keysAtOnce }))
    for (const key of keys) {
      if (remainingMilliseconds() < reserveMilliseconds) return false;
      try {
        const payout = await claim(sweep.ledger, key, now);
        if (!payout) continue;
        report.looked += 1;
        if (isOverdue(payout, now)) report.overdue += 1;
        await lookAfter(sweep, payout, now);
      } catch (error) {
        report.faults += 1;
        logger.error('payout not swept', { key, error: error as Error });
      }
    }
  return true;
}

/** Takes a payout for this sweep by moving its date on, so that a fault is looked at again later and not at once. */
async function claim(ledger: Table, key: Key, now: Date): Promise<Payout | undefined> {
  const item = await readItem(ledger, key);
  const payout = item && parsePayout(item);
  const due = payout && payoutDue(payout, now);
  if (!payout?.dueAt || !due || payout.dueAt > now.toISOString()) return undefined;
  const { applied } = await updateIf(ledger, {
    Key: key,
    ConditionExpression: 'dueAt = :seen',
    UpdateExpression: 'SET dueAt = :next',
    ExpressionAttributeValues: { ':seen': payout.dueAt, ':next': due.dueAt },
  });
  return applied ? payout : undefined;
}

async function lookAfter({ ledger, payouts, paypal }: PayoutSweep, payout: Payout, now: Date): Promise<void> {
  const { payoutId, state, providerBatchId } = payout;
  if (state === 'requested') return sendToProvider(payouts, payout);
  if (state === 'submitting' || providerBatchId === undefined)
    return submitPayout({ ledger, paypal }, { payoutId, now });
  const batch = await paypal.getPayoutBatch(providerBatchId);
  if (!batch) throw new Error(`PayPal does not have the batch ${providerBatchId} of payout ${payoutId}.`);
  const item = itemOf(batch, payout);
  if (!item) return;
  const { payoutItemId, status } = item;
  const digest = createHash('sha256').update(JSON.stringify(item)).digest('hex');
  await settlePayout(
    ledger,
    { eventId: `lookup-${payoutItemId}-${status}`, type: `lookup.${status}`, digest, item },
    now,
  );
}

/** The payout's item in its batch, when the batch says anything about it. Of a batch that PayPal denied, nothing was paid. */
function itemOf({ payoutBatchId, batchStatus, items }: PayPalBatch, payout: Payout): PayPalItem | undefined {
  const item = items.find(({ senderItemId }) => senderItemId === payout.payoutId);
  const isDenied = batchStatus === 'DENIED' || batchStatus === 'CANCELED';
  if (!isDenied || (item && item.status !== 'PENDING')) return item;
  return {
    payoutItemId: item?.payoutItemId ?? payout.providerItemId ?? payoutBatchId,
    payoutBatchId,
    senderItemId: payout.payoutId,
    status: 'FAILED',
    amountMinor: minor(payout.netMinor),
    currency: payout.currency,
    errorName: `BATCH_${batchStatus}`,
  };
}
