import { addDays, dayOf, monthOf, weekOf } from '../calendar.ts';
import type { PayoutProfile } from '../store/items/creator.ts';
import type { PayoutState } from '../store/items/payout.ts';
import { type DueKind, dueBucketOf } from '../store/keys.ts';

/** The attributes that put an item into the `due` index. */
export type Due = { dueBucket: string; dueAt: string };

function due(kind: DueKind, id: string, dueAt: Date): Due {
  return { dueBucket: dueBucketOf({ kind, id }), dueAt: dueAt.toISOString() };
}

/** The provider's words for an item that waits for somebody: for its receiver up to 30 days, or for a review. */
const slowProviderStates = new Set(['UNCLAIMED', 'ONHOLD']);

/**
 * When the sweep looks at a payout next, in seconds. The message of a `requested` payout takes a second or two; a payout
 * is `submitting` for as long as one call takes; PayPal settles most payouts within minutes.
 */
function lookAfterSeconds(state: PayoutState, providerState: string | undefined): number | undefined {
  if (state === 'requested') return 60;
  if (state === 'submitting') return 300;
  if (state === 'submitted') return slowProviderStates.has(providerState ?? '') ? 6 * 3600 : 600;
  return undefined;
}

/** When and where a payout is to be looked at; nothing in the states in which nobody has to do anything about it. */
export function payoutDue(
  { payoutId, state, providerState }: { payoutId: string; state: PayoutState; providerState?: string | undefined },
  now: Date,
): Due | undefined {
  const seconds = lookAfterSeconds(state, providerState);
  return seconds === undefined ? undefined : due('payout', payoutId, new Date(now.getTime() + seconds * 1000));
}

/** The next date of a schedule after `now`: Mondays, or the first of each month, at 00:00 UTC. */
export function scheduleDue(
  { creatorId, schedule }: { creatorId: string; schedule: PayoutProfile['schedule'] },
  now: Date,
): Due | undefined {
  const today = dayOf(now);
  if (schedule === 'weekly') return due('payout-schedule', creatorId, startOf(addDays(weekOf(today), 7)));
  if (schedule === 'monthly') return due('payout-schedule', creatorId, startOf(firstOfNextMonth(today)));
  return undefined;
}

/** No month is longer than 31 days, and none that follows its first day by 31 days is skipped. */
function firstOfNextMonth(today: string): string {
  return `${monthOf(addDays(`${monthOf(today)}-01`, 31))}-01`;
}

function startOf(day: string): Date {
  return new Date(`${day}T00:00:00.000Z`);
}
