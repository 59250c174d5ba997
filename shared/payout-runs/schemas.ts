import * as z from 'zod/mini';
import { PageQuery } from '../http/page.ts';
import { UuidV7 } from '../identifiers.ts';
import { currencies } from '../money/currency.ts';
import { Amount, Balance, Day, Moment } from '../store/items/common.ts';
import { PayoutState } from '../store/items/payout.ts';
import { PayoutRunSchedule, PayoutRunState } from '../store/items/payout-run.ts';

export const PayoutRunBody = z.strictObject({
  schedule: PayoutRunSchedule,
  /** Creators due on this day (UTC) or before belong to the run; the day of the request when absent. */
  date: z.optional(Day),
  dryRun: z.optional(z.boolean()),
});

export const PayoutRunPath = z.strictObject({ runId: UuidV7 });

export const PayoutRunsQuery = z.strictObject({ schedule: PayoutRunSchedule, ...PageQuery.shape });

/** A sum over many payouts, which may exceed what one amount may be. */
const CashSum = z.object({ amount: Balance, currency: z.enum(currencies) });

export const PayoutRunAnswer = z.object({
  runId: UuidV7,
  schedule: PayoutRunSchedule,
  date: Day,
  dryRun: z.boolean(),
  state: PayoutRunState,
  requested: Amount,
  skipped: Amount,
  /** Creators whose payout ended in a fault; they stay due for the next run. */
  failed: Amount,
  /** The parts that the run is worked on in. */
  chunks: z.object({ total: Amount, finished: Amount }),
  report: z.optional(
    z.object({
      asOf: Moment,
      isFinal: z.boolean(),
      /** What the payouts of the run come to, by the state they were in. */
      totals: z.array(z.object({ state: PayoutState, count: Amount, gross: CashSum, fee: CashSum, net: CashSum })),
      bucket: z.string(),
      jsonKey: z.string(),
      csvKey: z.string(),
    }),
  ),
  startedAt: Moment,
  startedBy: z.string(),
  resumedBy: z.optional(z.string()),
  stoppedAt: z.optional(Moment),
  finishedAt: z.optional(Moment),
});

export const PayoutRunsAnswer = z.object({ runs: z.array(PayoutRunAnswer), nextCursor: z.optional(z.string()) });
