import { addDays, dayOf, monthOf, weekOf } from '../calendar.ts';
import type { PayoutProfile } from '../store/items/creator.ts';
import type { Payout, PayoutState } from '../store/items/payout.ts';
import { type DueKind, dueBucketOf } from '../store/keys.ts';

/** The attributes that put an item into the `due` index. */
export type Due = { dueBucket: string; dueAt: string };

export function due(kind: DueKind, id: string, dueAt: Date): Due {
  return { dueBucket: dueBucketOf({ kind, id }), dueAt: dueAt.toISOString() };
}

/** The provider's words for an item that waits for somebody: for its receiver up to 30 days, or for a review. */
const slowProviderStates = new Set(['UNCLAIMED', 'ONHOLD']);
const slowPauseSeconds = 6 * 3600;

/**
 * When the sweep first looks at a payout in each state. The message of a `requested` payout takes a second or two; a payout
 * is `submitting` for as long as one call takes; PayPal settles most payouts within minutes.
 */
const firstLookSeconds: Partial<Record<PayoutState, number>> = { requested: 60, submitting: 300, submitted: 600 };

/** After the first look, each pause is as long as what was waited before, up to this. */
const longestPauseSeconds = 1800;

const overdueAfterSeconds = 24 * 3600;
/** Stripe says within five business days how a payout to a bank ended; holidays and weekends make that ten days at most. */
const overdueAtBankAfterSeconds = 10 * 24 * 3600;
/** Payouts to banks that Stripe shows as paid may still fail within the same time; each is looked at daily meanwhile. */
const paidAtBankMayFailForSeconds = 10 * 24 * 3600;
const paidPauseSeconds = 24 * 3600;
/** PayPal keeps money for a receiver without an account for 30 days, and then sends it back. */
const overdueUnclaimedAfterSeconds = 31 * 24 * 3600;

/** What the time of the next look is made from; `updatedAt` is when the payout came into its state. */
type Watched = Pick<
  Payout,
  'payoutId' | 'batchId' | 'state' | 'method' | 'requestedAt' | 'updatedAt' | 'approvedAt' | 'providerState'
>;

/**
 * When and where a payout is to be looked at; nothing in the states in which nobody has to do anything about it. The payouts
 * of a batch are in one place, so that one call tells about all of them.
 */
export function payoutDue(payout: Watched, now: Date): Due | undefined {
  const pause = pauseSeconds(payout, now);
  const { payoutId, batchId = payoutId } = payout;
  return pause === undefined ? undefined : due('payout', batchId, new Date(now.getTime() + pause * 1000));
}

function pauseSeconds(payout: Watched, now: Date): number | undefined {
  const { state, method, updatedAt } = payout;
  if (state === 'paid' && method === 'bank')
    return secondsSince(updatedAt, now) < paidAtBankMayFailForSeconds ? paidPauseSeconds : undefined;
  const firstLook = firstLookSeconds[state];
  if (firstLook === undefined) return undefined;
  if (isOverdue(payout, now)) return longestPauseSeconds;
  if (slowProviderStates.has(payout.providerState ?? '') || isAtBank(payout)) return slowPauseSeconds;
  return Math.min(longestPauseSeconds, Math.max(firstLook, secondsSince(payout.updatedAt, now)));
}

/** Whether a payout is on its way for longer than PayPal should need; the wait for an approval does not count. */
export function isOverdue(payout: Watched, now: Date): boolean {
  const { state, approvedAt, requestedAt } = payout;
  return state !== 'paid' && secondsSince(approvedAt ?? requestedAt, now) > longestSeconds(payout);
}

function longestSeconds(payout: Watched): number {
  if (payout.providerState === 'UNCLAIMED') return overdueUnclaimedAfterSeconds;
  return isAtBank(payout) ? overdueAtBankAfterSeconds : overdueAfterSeconds;
}

/** Banks take days, and Stripe's event tells when they are done. */
function isAtBank({ method, state, providerState }: Watched): boolean {
  return method === 'bank' && state === 'submitted' && providerState === 'PENDING';
}

function secondsSince(moment: string, now: Date): number {
  return (now.getTime() - Date.parse(moment)) / 1000;
}

/** The next date of a schedule after `now`: Mondays, or the first of each month, at 00:00 UTC. */
export function scheduleDue(
  { creatorId, schedule }: { creatorId: string; schedule: PayoutProfile['schedule'] },
  now: Date,
): Due | undefined {
  const today = dayOf(now);
  if (schedule === 'weekly') return due('payout-weekly', creatorId, startOf(addDays(weekOf(today), 7)));
  if (schedule === 'monthly') return due('payout-monthly', creatorId, startOf(firstOfNextMonth(today)));
  return undefined;
}

/** No month is longer than 31 days, and none that follows its first day by 31 days is skipped. */
function firstOfNextMonth(today: string): string {
  return `${monthOf(addDays(`${monthOf(today)}-01`, 31))}-01`;
}

function startOf(day: string): Date {
  return new Date(`${day}T00:00:00.000Z`);
}
