import { createHash } from 'node:crypto';
import { minor } from '../money/units.ts';
import { count, logger } from '../observability.ts';
import type { JobRun } from '../queue/scheduled-job.ts';
import type { Queue } from '../queue/send-messages.ts';
import { claimDue, dueKeys } from '../store/due.ts';
import { type Payout, parsePayout } from '../store/items/payout.ts';
import type { Key } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { isOverdue, payoutDue } from './due.ts';
import type { PayoutNews } from './payout-news.ts';
import { type PayoutProviders, payoutMethods, providerOf } from './payout-provider.ts';
import { sendToProvider } from './request-payout.ts';
import { settlePayout } from './settle-payout.ts';
import { submitPayouts } from './submit-payouts.ts';

export type PayoutSweep = { ledger: Table; payouts: Queue; providers: PayoutProviders };

export type SweepReport = { looked: number; faults: number; overdue: number; isComplete: boolean };

/** Payouts are looked at only while this much time is left: for four calls of PayPal at eight seconds each, and the ledger. */
const reserveMilliseconds = 40_000;

/**
 * Each payout at a bank is a look of its own, of two calls or more; 100,000 of them are looked at four times a day, and one
 * after the other would keep those waiting that nobody sent. Far below the 100 calls a second that Stripe allows.
 */
const looksAtOnce = 10;

/** One page of the index; those of its payouts that are in one batch are looked at together. */
const keysAtOnce = 100;

/**
 * Looks after payouts that stopped moving: sends the message of those that nobody sent, sends batches again whose outcome
 * nobody knows, and asks providers about those they have. What goes wrong with some is logged and does not keep the others
 * waiting.
 */
export async function sweepPayouts(sweep: PayoutSweep, run: JobRun): Promise<SweepReport> {
  const report: SweepReport = { looked: 0, faults: 0, overdue: 0, isComplete: true };
  report.isComplete = await sweepInto(report, sweep, run);
  count('PayoutsOverdue', report.overdue);
  return report;
}

/** Whether all that was due was looked at. */
async function sweepInto(report: SweepReport, sweep: PayoutSweep, run: JobRun): Promise<boolean> {
  const { now, remainingMilliseconds } = run;
  for await (const keys of dueKeys(sweep.ledger, { kind: 'payout', now, atOnce: keysAtOnce })) {
    const claimed: Payout[] = [];
    for (const key of keys) {
      if (remainingMilliseconds() < reserveMilliseconds) break;
      await alone(report, [key], async () => {
        const payout = await claim(sweep.ledger, key, now);
        if (payout) claimed.push(payout);
      });
    }
    const groups = togetherAtProvider(claimed);
    for (let start = 0; start < groups.length; start += looksAtOnce) {
      // What is claimed and not looked at now is due again after its next pause.
      if (remainingMilliseconds() < reserveMilliseconds) return false;
      const looks = groups.slice(start, start + looksAtOnce).map((group) => {
        report.looked += group.length;
        report.overdue += group.filter((payout) => isOverdue(payout, now)).length;
        return alone(report, group, () => lookAfter({ ...sweep, report }, group, run));
      });
      await Promise.all(looks);
    }
    if (remainingMilliseconds() < reserveMilliseconds) return false;
  }
  return true;
}

/** Counts what went wrong as a fault of all that it was about, and goes on. */
async function alone(report: SweepReport, about: (Payout | Key)[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    report.faults += about.length;
    const names = about.map((one) => ('payoutId' in one ? one.payoutId : one.pk));
    logger.error('payouts not swept', { payouts: names, error: error as Error });
  }
}

/** A payout to a bank that was paid has a last look. */
async function claim(ledger: Table, key: Key, now: Date): Promise<Payout | undefined> {
  const item = await readItem(ledger, key);
  const payout = item && parsePayout(item);
  if (!payout) return undefined;
  const next = payoutDue(payout, now)?.dueAt;
  return (await claimDue(ledger, key, { seen: payout.dueAt, next, now })) ? payout : undefined;
}

/** What one call tells all about: payouts of one batch. One that is still to be sent stands for itself. */
function togetherAtProvider(payouts: Payout[]): [Payout, ...Payout[]][] {
  const groups = Map.groupBy(payouts, ({ payoutId, method, state, batchId = payoutId, providerBatchId }) => {
    if (state === 'requested') return payoutId;
    return state === 'submitting' ? batchId : `${method} ${providerBatchId ?? batchId}`;
  });
  return [...groups.values()].flatMap(([first, ...others]) => (first ? [[first, ...others]] : []));
}

type Looking = PayoutSweep & { report: SweepReport };

async function lookAfter(looking: Looking, group: [Payout, ...Payout[]], run: JobRun): Promise<void> {
  const [first] = group;
  if (first.state === 'requested') return sendToProvider(looking.payouts, first);
  if (first.state === 'submitting') return submitAgain(looking, group, run);
  return ask(looking, group, run.now);
}

async function submitAgain({ report, ...sweep }: Looking, group: Payout[], run: JobRun): Promise<void> {
  const failures = await submitPayouts(sweep, { payoutIds: group.map(({ payoutId }) => payoutId), ...run });
  for (const payout of group)
    if (failures.has(payout.payoutId))
      await alone(report, [payout], () => Promise.reject(failures.get(payout.payoutId)));
}

/** One call tells about all of the group; what is told of each is settled by itself. */
async function ask({ ledger, providers, report }: Looking, group: [Payout, ...Payout[]], now: Date): Promise<void> {
  const [{ payoutId: firstId, method, providerBatchId: reference }] = group;
  if (reference === undefined) throw new Error(`The payout ${firstId} is submitted, and nobody knows where.`);
  const provider = await providerOf(providers, method);
  const payouts = group.map(({ payoutId, providerItemId: itemId, netMinor, currency }) => ({
    payoutId,
    ...(itemId !== undefined && { itemId }),
    amountMinor: minor(netMinor),
    currency,
  }));
  for (const news of await provider.look({ reference, payouts }))
    await alone(
      report,
      group.filter(({ payoutId }) => payoutId === news.payoutId),
      () => settle(ledger, { method, news, now }),
    );
}

async function settle(
  ledger: Table,
  { method, news, now }: { method: Payout['method']; news: PayoutNews; now: Date },
): Promise<void> {
  const { itemId, status } = news;
  const { provider } = payoutMethods[method];
  const digest = createHash('sha256').update(JSON.stringify(news)).digest('hex');
  const event = { eventId: `lookup-${itemId}-${status}`, type: `lookup.${status}` };
  await settlePayout(ledger, { provider, ...event, digest, news }, now);
}
