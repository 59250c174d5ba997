import * as z from 'zod/mini';
import type { Item } from '../table.ts';
import { Day, Moment, providerNames } from './common.ts';

/** What a line of a provider's list is about; `unknown` where it can't be read. */
const Movement = z.enum(['payment', 'refund', 'dispute', 'unknown']);
export type Movement = z.infer<typeof Movement>;

/** What came of comparing one line, or one order, with the other side. */
const Outcome = z.enum(['agreed', 'mended', 'unlisted', 'closed', 'foreign', 'differed']);
export type Outcome = z.infer<typeof Outcome>;

/** An amount in any currency that the provider knows: in minor units where it is one of ours, else in the provider's unit. */
const Money = z.object({ amount: z.int(), currency: z.string() });

const Total = z.object({ movement: Movement, outcome: Outcome, currency: z.string(), count: z.int(), amount: z.int() });

const Difference = z.object({
  kind: z.enum(['paid_not_credited', 'credited_not_paid', 'amount_differs', 'given_back_not_taken', 'unreadable']),
  movement: Movement,
  /** The provider's own id of the line. */
  lineId: z.optional(z.string()),
  paymentId: z.optional(z.string()),
  rechargeId: z.optional(z.string()),
  /** The parked event by which an operator decides. */
  eventId: z.optional(z.string()),
  reason: z.optional(z.string()),
  listed: z.optional(Money),
  ledger: z.optional(Money),
});
export type Difference = z.infer<typeof Difference>;

/** What comparing a provider's list of one day (UTC) with the ledger came to: `RECONCILIATION#{provider}` / `DAY#{day}`. */
export const Reconciliation = z.object({
  provider: z.enum(providerNames),
  day: Day,
  startedAt: Moment,
  finishedAt: Moment,
  /** How many lines of the list were read. */
  lines: z.int(),
  totals: z.array(Total),
  /** How many differences there are; the first of them are listed. */
  differenceCount: z.int(),
  differences: z.array(Difference),
});
export type Reconciliation = z.infer<typeof Reconciliation>;

export const UnfinishedReconciliation = z.omit(Reconciliation, { finishedAt: true });
export type UnfinishedReconciliation = z.infer<typeof UnfinishedReconciliation>;

export function parseReconciliation(item: Item): Reconciliation {
  return z.parse(Reconciliation, item);
}

/** How far the reconciliation with a provider is: `PROGRESS#reconciliation-{provider}` / `PROGRESS`. */
export const ReconciliationProgress = z.object({
  /** The day that is compared, or is to be next; all before it are done. */
  day: Day,
  /** There once the day is begun. */
  report: z.optional(UnfinishedReconciliation),
  /** Where the list goes on, in the provider's own terms. */
  cursor: z.optional(z.string()),
  /** Whether the whole list was read, and the orders that were not in it remain. */
  isRead: z.boolean(),
  version: z.int(),
});
export type ReconciliationProgress = z.infer<typeof ReconciliationProgress>;
