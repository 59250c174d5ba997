/** Calendar days in UTC, as `YYYY-MM-DD`: the only days that limits, maturity and payout schedules know. */
export type Day = string;

export const millisecondsPerDay = 86_400_000;

export function dayOf(moment: Date): Day {
  return moment.toISOString().slice(0, 10);
}

export function addDays(day: Day, days: number): Day {
  return dayOf(new Date(Date.parse(`${day}T00:00:00Z`) + days * millisecondsPerDay));
}

/** So many times 24 hours later; earlier when negative. */
export function daysAfter(moment: Date, days: number): Date {
  return new Date(moment.getTime() + days * millisecondsPerDay);
}

/** The Monday of the ISO 8601 week that `day` is in: it names the week. */
export function weekOf(day: Day): Day {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return addDays(day, -((weekday + 6) % 7));
}

/** `YYYY-MM`. */
export function monthOf(day: Day): string {
  return day.slice(0, 7);
}

/** The day on which somebody born on `birthDate` turns `years`; 29 February falls on 1 March in other years. */
export function birthday(birthDate: Day, years: number): Day {
  const [year = 0, month = 1, date = 1] = birthDate.split('-').map(Number);
  return dayOf(new Date(Date.UTC(year + years, month - 1, date)));
}
