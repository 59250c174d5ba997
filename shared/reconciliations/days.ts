import { addDays, type Day } from '../calendar.ts';

/** From when until before when a day (UTC) is. */
export function boundsOf(day: Day): { from: Date; to: Date } {
  return { from: new Date(`${day}T00:00:00Z`), to: new Date(`${addDays(day, 1)}T00:00:00Z`) };
}
