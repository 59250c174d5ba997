import * as z from 'zod/mini';
import { currencies } from '../../money/currency.ts';
import type { Item } from '../table.ts';
import { Amount, Balance, Day, Moment } from './common.ts';
import { PayoutMethod } from './creator.ts';
import { PayoutReasonCode, PayoutState } from './payout.ts';

export const PayoutRunSchedule = z.enum(['weekly', 'monthly']);
export type PayoutRunSchedule = z.infer<typeof PayoutRunSchedule>;

/** `stopping` is a run whose chunks are being stopped; it takes a moment. */
export const PayoutRunState = z.enum(['running', 'stopping', 'stopped', 'finished']);

/** What the payouts of a run that are in one state come to. */
export const PayoutRunTotal = z.object({
  state: PayoutState,
  currency: z.enum(currencies),
  count: Amount,
  grossMinor: Balance,
  feeMinor: Balance,
  netMinor: Balance,
});
export type PayoutRunTotal = z.infer<typeof PayoutRunTotal>;

export const PayoutRunReport = z.object({
  asOf: Moment,
  /** Whether the run has finished and all its payouts have ended, so that no other report follows. */
  isFinal: z.boolean(),
  bucket: z.string(),
  jsonKey: z.string(),
  csvKey: z.string(),
  totals: z.array(PayoutRunTotal),
});
export type PayoutRunReport = z.infer<typeof PayoutRunReport>;

/** One run over the creators of a schedule that are due: `RUN#{id}` / `RUN`. What it has done is counted in its chunks. */
export const PayoutRun = z.object({
  runId: z.string(),
  schedule: PayoutRunSchedule,
  /** Creators due on this day (UTC) or before belong to the run. */
  date: Day,
  /** Whether it only says what it would do. */
  dryRun: z.boolean(),
  state: PayoutRunState,
  /** How many chunks are not over yet, and how many were stopped before they were. */
  openChunks: Amount,
  stoppedChunks: Amount,
  startedAt: Moment,
  startedBy: z.string(),
  /** Who last had a stopped run go on. */
  resumedBy: z.optional(z.string()),
  stoppedAt: z.optional(Moment),
  finishedAt: z.optional(Moment),
  report: z.optional(PayoutRunReport),
  /** Set while a report of it is to be written. */
  dueBucket: z.optional(z.string()),
  dueAt: z.optional(Moment),
});
export type PayoutRun = z.infer<typeof PayoutRun>;

export function parsePayoutRun(item: Item): PayoutRun {
  return z.parse(PayoutRun, item);
}

/** One bucket of the index, worked on by one message at a time: `RUN#{id}` / `CHUNK#{nn}`. */
export const PayoutRunChunk = z.object({
  runId: z.string(),
  chunk: Amount,
  state: z.enum(['running', 'stopped', 'finished']),
  requested: Amount,
  skipped: Amount,
  /** Creators whose payout ended in a fault; they stay due. */
  failed: Amount,
  /** The last creator it looked at, with the date by which the index found it. */
  after: z.optional(z.object({ creatorId: z.string(), dueAt: Moment })),
  /** Set while it is running: from then on its message counts as lost. */
  dueBucket: z.optional(z.string()),
  dueAt: z.optional(Moment),
});
export type PayoutRunChunk = z.infer<typeof PayoutRunChunk>;

export function parsePayoutRunChunk(item: Item): PayoutRunChunk {
  return z.parse(PayoutRunChunk, item);
}

/** What a dry run would have done; of a real run, the payout says it. */
const Decision = z.object({
  state: PayoutState,
  reason: z.optional(PayoutReasonCode),
  method: PayoutMethod,
  currency: z.enum(currencies),
  grossMinor: Amount,
  feeMinor: Amount,
  netMinor: Amount,
});

/** What a run came to with one creator: `RUN#{id}#{nn}` / `LINE#{payoutId}`. Never changed once written. */
export const PayoutRunLine = z.object({
  runId: z.string(),
  chunk: Amount,
  payoutId: z.string(),
  creatorId: z.string(),
  outcome: z.enum(['requested', 'skipped']),
  decision: z.optional(Decision),
});
export type PayoutRunLine = z.infer<typeof PayoutRunLine>;

export function parsePayoutRunLine(item: Item): PayoutRunLine {
  return z.parse(PayoutRunLine, item);
}
