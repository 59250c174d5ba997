import { dayOf, weekOf } from '../calendar.ts';
import type { Creator } from '../store/items/creator.ts';
import type { Payout } from '../store/items/payout.ts';

/** Gross minor units asked for on one day and in one week (UTC, weeks from Monday); kept in the creator's profile. */
export type PayoutUse = NonNullable<Creator['payoutUse']>;

/**
 * What is used of the caps today and this week: what was kept of earlier days and weeks no longer counts. A day that has
 * begun does not go back, however late the clock of a request or a run is, so that nothing is forgotten around midnight.
 */
export function currentUse(use: PayoutUse | undefined, now: Date): PayoutUse {
  const today = dayOf(now);
  const day = use && use.day > today ? use.day : today;
  const week = weekOf(day);
  return {
    day,
    dayMinor: use?.day === day ? use.dayMinor : 0,
    week,
    weekMinor: use?.week === week ? use.weekMinor : 0,
  };
}

export function addUse(use: PayoutUse, grossMinor: number): PayoutUse {
  return { ...use, dayMinor: use.dayMinor + grossMinor, weekMinor: use.weekMinor + grossMinor };
}

/** The use without a payout that did not happen; nothing when its day and week are over, and with them its part. */
export function useGivenBack(
  use: PayoutUse | undefined,
  { requestedAt, grossMinor }: Pick<Payout, 'requestedAt' | 'grossMinor'>,
): PayoutUse | undefined {
  const day = requestedAt.slice(0, 10);
  const isSameDay = use?.day === day;
  const isSameWeek = use?.week === weekOf(day);
  if (!use || (!isSameDay && !isSameWeek)) return undefined;
  return {
    ...use,
    dayMinor: use.dayMinor - (isSameDay ? grossMinor : 0),
    weekMinor: use.weekMinor - (isSameWeek ? grossMinor : 0),
  };
}
