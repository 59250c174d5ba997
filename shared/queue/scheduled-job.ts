import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { flushMetrics, logger } from '../observability.ts';

export type JobRun = {
  now: Date;
  /** How long the job may still work, in milliseconds; it stops by itself before the function is stopped. */
  remainingMilliseconds: () => number;
};

/** One function behind a schedule. A run that fails is reported by its alarm and repeated by the next one. */
export function scheduledJob<Report extends Record<string, unknown>>(
  job: (run: JobRun, event: unknown) => Promise<Report>,
) {
  return middy().handler(async (event: unknown, context: Context): Promise<Report> => {
    try {
      const report = await job(
        { now: new Date(), remainingMilliseconds: () => context.getRemainingTimeInMillis() },
        event,
      );
      logger.info('job finished', { report });
      return report;
    } finally {
      flushMetrics();
    }
  });
}
