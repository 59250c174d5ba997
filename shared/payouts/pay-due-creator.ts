import { dayOf } from '../calendar.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { count } from '../observability.ts';
import { isRefusal, type Refusal } from '../refusals.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import type { Creator, PayoutProfile } from '../store/items/creator.ts';
import type { Payout, PayoutRun } from '../store/items/payout.ts';
import { payoutRunKey } from '../store/keys.ts';
import type { Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import { decidePayout, type PayoutTerms } from './decide-payout.ts';
import { scheduleDue } from './due.ts';
import { changeProfile, describePayout, type NotOpened, openingWrites, putPayout, readTerms } from './open-payout.ts';
import { type PayableCreator, readPayableCreator } from './payable-creator.ts';
import { payoutCurrency } from './payout-cash.ts';
import { skipReason } from './reasons.ts';
import { holdAttempts } from './request-payout.ts';
import { scheduledPayoutId } from './scheduled-payout-id.ts';

export type DueCreator = { creatorId: string; run: PayoutRun; now: Date };

/** `not_due` when somebody else came first, or the schedule was changed meanwhile. */
export type PaidCreator =
  | { outcome: 'requested' | 'skipped'; payout: Payout }
  | { outcome: 'not_due' }
  | { outcome: 'run_over' };

/**
 * Requests everything that a creator may be paid on the date that is due, or puts why not. The payout, the creator's next
 * date and the run's totals are one transaction: the run may be stopped, killed and repeated at any point, and counts and
 * pays each date once.
 */
export async function payDueCreator(
  { ledger, catalog }: { ledger: Table; catalog: Catalog },
  { creatorId, run, now }: DueCreator,
): Promise<PaidCreator> {
  const terms = await readTerms(catalog, now);
  return untilUnchanged(
    `The diamonds of creator ${creatorId}`,
    async () => {
      const payable = await readPayableCreator(ledger, creatorId, dayOf(now));
      const date = payable && dueDate(payable.creator, run);
      if (!payable || !date) return { outcome: 'not_due' };
      const { payout, writes } = preparePayout(payable, { date, terms, run, now });
      const outcome = payout.state === 'skipped' ? 'skipped' : 'requested';
      const written = await transact<NotOpened | 'run_over'>(ledger, [...writes, countInRun(run, outcome)]);
      if (written.committed) {
        count(outcome === 'skipped' ? 'PayoutsSkipped' : 'PayoutsRequested');
        return { outcome, payout };
      }
      if (written.failures.includes('run_over')) return { outcome: 'run_over' };
      if (written.failures.includes('exists') && !written.failures.includes('changed'))
        throw new Error(
          `There is a payout ${payout.payoutId}, though the date of creator ${creatorId} has not moved on.`,
        );
      return changedMeanwhile;
    },
    holdAttempts,
  );
}

type DueDate = { dueAt: string; schedule: PayoutProfile['schedule'] };

function dueDate({ dueAt, payoutProfile }: Creator, { dueThrough }: PayoutRun): DueDate | undefined {
  if (dueAt === undefined || !payoutProfile || dueAt > dueThrough) return undefined;
  return { dueAt, schedule: payoutProfile.schedule };
}

type Preparation = { date: DueDate; terms: PayoutTerms; run: PayoutRun; now: Date };

function preparePayout(
  payable: PayableCreator,
  { date, terms, run, now }: Preparation,
): { payout: Payout; writes: Write<NotOpened>[] } {
  const { creator } = payable;
  const { creatorId } = creator;
  const payoutId = scheduledPayoutId({ creatorId, dueAt: date.dueAt });
  const command = { payoutId, asked: 'all', requestedBy: run.startedBy, runId: run.runId, now };
  const nextDue = scheduleDue({ creatorId, schedule: date.schedule }, now);
  if (!nextDue) throw new Error(`The creator ${creatorId} is due on ${date.dueAt} without a schedule.`);
  const plan = decidePayout({ ...payable, terms, asked: 'all', withinCaps: true, now });
  if (isRefusal(plan)) {
    const payout = describeSkipped(command, creator, { terms, refusal: plan });
    return { payout, writes: [...putPayout(payout), changeProfile(creator, nextDue)] };
  }
  const payout = describePayout(command, plan, terms, creator);
  return { payout, writes: openingWrites(payout, payable, { plan, now, nextDue }) };
}

type Command = { payoutId: string; requestedBy: string; runId: string; now: Date };

/** A payout of nothing that says why; the creator finds it among the others. */
function describeSkipped(
  { payoutId, requestedBy, runId, now }: Command,
  { creatorId, payoutProfile }: Creator,
  { terms, refusal }: { terms: PayoutTerms; refusal: Refusal },
): Payout {
  return {
    payoutId,
    creatorId,
    asked: 'all',
    milliDiamonds: 0,
    grossMinor: 0,
    feeMinor: 0,
    netMinor: 0,
    currency: payoutCurrency,
    method: payoutProfile?.method ?? 'paypal',
    ratesVersion: terms.rates.version,
    feesVersion: terms.payouts.version,
    state: 'skipped',
    reason: skipReason(refusal),
    requestedBy,
    runId,
    requestedAt: now.toISOString(),
    updatedAt: now.toISOString(),
    version: 1,
  };
}

/** Counts a creator, if the run has not been stopped. */
function countInRun({ runId }: PayoutRun, outcome: 'requested' | 'skipped'): Write<'run_over'> {
  return {
    update: {
      Key: payoutRunKey(runId),
      ConditionExpression: '#state = :running',
      UpdateExpression: 'ADD #outcome :one',
      ExpressionAttributeNames: { '#state': 'state', '#outcome': outcome },
      ExpressionAttributeValues: { ':running': 'running', ':one': 1 },
    },
    failure: () => 'run_over',
  };
}
