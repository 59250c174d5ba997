export interface ParsedSchedule {
  /** Seven fields, from second to year. */
  pattern: string;
  /** For a rate: the time between two runs, counted from the start. */
  intervalSeconds?: number;
}

const secondsPerUnit: Record<string, number> = { minute: 60, hour: 3_600, day: 86_400 };

/** Parses EventBridge Scheduler's `rate(5 minutes)` and `cron(0 3 * * ? *)`. */
export function parseSchedule(expression: string): ParsedSchedule {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate) {
    const intervalSeconds = Number(rate[1]) * (secondsPerUnit[rate[2] ?? ''] ?? 0);
    if (intervalSeconds > 0) return { pattern: '* * * * * * *', intervalSeconds };
  }
  const fields = /^cron\((.+)\)$/.exec(expression)?.[1]?.trim().split(/\s+/);
  // AWS's fields start at the minute; `?` marks the one of the two day fields that does not count.
  if (fields?.length === 6) return { pattern: ['0', ...fields].join(' ').replaceAll('?', '*') };
  throw new Error(`The local cloud does not know the schedule ${expression}.`);
}
