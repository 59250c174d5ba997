import { createHash } from 'node:crypto';
import { minor } from '../money/units.ts';
import { count, logger } from '../observability.ts';
import type { JobRun } from '../queue/scheduled-job.ts';
import type { Queue } from '../queue/send-messages.ts';
import { dueKeys } from '../store/due.ts';
import { type Payout, parsePayout } from '../store/items/payout.ts';
import type { Key } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { updateIf } from '../store/write.ts';
import { isOverdue, payoutDue } from './due.ts';
import { type PayoutProviders, payoutMethods, providerOf } from './payout-provider.ts';
import { sendToProvider } from './request-payout.ts';
import { settlePayout } from './settle-payout.ts';
import { submitPayout } from './submit-payout.ts';

export type PayoutSweep = { ledger: Table; payouts: Queue; providers: PayoutProviders };

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

async function lookAfter({ ledger, payouts, providers }: PayoutSweep, payout: Payout, now: Date): Promise<void> {
  const { payoutId, method, state, providerBatchId, providerItemId, netMinor, currency } = payout;
  if (state === 'requested') return sendToProvider(payouts, payout);
  if (state === 'submitting' || providerBatchId === undefined)
    return submitPayout({ ledger, providers }, { payoutId, now });
  const provider = await providerOf(providers, method);
  const asked = {
    payoutId,
    amountMinor: minor(netMinor),
    currency,
    ...(providerItemId !== undefined && { itemId: providerItemId }),
  };
  for (const news of await provider.look({ reference: providerBatchId, payouts: [asked] })) {
    const digest = createHash('sha256').update(JSON.stringify(news)).digest('hex');
    const { itemId, status } = news;
    await settlePayout(
      ledger,
      {
        provider: payoutMethods[method].provider,
        eventId: `lookup-${itemId}-${status}`,
        type: `lookup.${status}`,
        digest,
        news,
      },
      now,
    );
  }
}
