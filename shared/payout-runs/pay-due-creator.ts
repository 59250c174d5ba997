import { dayOf } from '../calendar.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { count } from '../observability.ts';
import { decidePayout, type PayoutTerms } from '../payouts/decide-payout.ts';
import { scheduleDue } from '../payouts/due.ts';
import {
  changeProfile,
  describePayout,
  type NotOpened,
  openingWrites,
  putPayout,
  readTerms,
} from '../payouts/open-payout.ts';
import { type PayableCreator, readPayableCreator } from '../payouts/payable-creator.ts';
import { payoutCurrency } from '../payouts/payout-cash.ts';
import { skipReason } from '../payouts/reasons.ts';
import { holdAttempts } from '../payouts/request-payout.ts';
import { isRefusal, type Refusal } from '../refusals.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import type { Creator } from '../store/items/creator.ts';
import type { Payout } from '../store/items/payout.ts';
import type { PayoutRun } from '../store/items/payout-run.ts';
import type { Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import { endOfDates } from './chunk-dates.ts';
import { countInChunk, type NotCounted, putLine } from './run-lines.ts';
import { scheduledPayoutId } from './scheduled-payout-id.ts';

export type DueCreator = { creatorId: string; run: PayoutRun; chunk: number; now: Date };

/** `not_due` when somebody else came first, or the schedule was changed meanwhile. */
export type PaidCreator =
  | { outcome: 'requested' | 'skipped'; payout: Payout }
  | { outcome: 'not_due' }
  | { outcome: 'chunk_over' };

/**
 * Requests everything that a creator may be paid on the date that is due, or puts why not. The payout, the creator's next
 * date, the run's line and the count of its chunk are one transaction: the run may be stopped, killed and repeated at any
 * point, and counts and pays each date once. A dry run decides the same way, and writes its line and count alone.
 */
export async function payDueCreator(
  { ledger, catalog }: { ledger: Table; catalog: Catalog },
  { creatorId, run, chunk, now }: DueCreator,
): Promise<PaidCreator> {
  const terms = await readTerms(catalog, now);
  return untilUnchanged(
    `The diamonds of creator ${creatorId}`,
    async () => {
      const payable = await readPayableCreator(ledger, creatorId, dayOf(now));
      const dueAt = payable && dueDate(payable.creator, run);
      if (!payable || dueAt === undefined) return { outcome: 'not_due' };
      const { payout, writes } = preparePayout(payable, { dueAt, terms, run, now });
      const outcome = payout.state === 'skipped' ? 'skipped' : 'requested';
      const written = await transact<NotOpened | NotCounted>(ledger, [
        ...(run.dryRun ? [] : writes),
        putLine(payout, { run, chunk, outcome }),
        countInChunk({ runId: run.runId, chunk }, outcome),
      ]);
      if (written.committed) {
        if (!run.dryRun) count(outcome === 'skipped' ? 'PayoutsSkipped' : 'PayoutsRequested');
        return { outcome, payout };
      }
      return explain(written.failures, { payout, run });
    },
    holdAttempts,
  );
}

/** What it means that nothing was written. */
function explain(
  failures: (NotOpened | NotCounted)[],
  { payout, run }: { payout: Payout; run: PayoutRun },
): PaidCreator | typeof changedMeanwhile {
  if (failures.includes('chunk_over')) return { outcome: 'chunk_over' };
  // A dry run moves no dates: what it repeats, it finds listed.
  if (run.dryRun) return { outcome: 'not_due' };
  if (failures.includes('changed')) return changedMeanwhile;
  const { payoutId, creatorId } = payout;
  throw new Error(`There is a payout ${payoutId}, though the date of creator ${creatorId} has not moved on.`);
}

function dueDate({ dueAt, payoutProfile }: Creator, { schedule, date }: PayoutRun): string | undefined {
  return payoutProfile?.schedule === schedule && dueAt !== undefined && dueAt <= endOfDates(date) ? dueAt : undefined;
}

type Preparation = { dueAt: string; terms: PayoutTerms; run: PayoutRun; now: Date };

function preparePayout(
  payable: PayableCreator,
  { dueAt, terms, run, now }: Preparation,
): { payout: Payout; writes: Write<NotOpened>[] } {
  const { creator } = payable;
  const { creatorId } = creator;
  const payoutId = scheduledPayoutId({ creatorId, dueAt });
  const requestedBy = run.resumedBy ?? run.startedBy;
  const command = { payoutId, asked: 'all', requestedBy, runId: run.runId, now };
  const nextDue = scheduleDue({ creatorId, schedule: run.schedule }, now);
  if (!nextDue) throw new Error(`The creator ${creatorId} is due on ${dueAt} without a schedule.`);
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
