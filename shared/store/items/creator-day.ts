import * as z from 'zod/mini';
import { currencies } from '../../money/currency.ts';
import type { Item } from '../table.ts';
import { Amount, Day, Moment } from './common.ts';
import type { CreatorEntry } from './creator.ts';

/** The flows of a creator's entries, in the order in which diamonds meet them. */
const creatorFlows = {
  credit: true,
  reversal: true,
  reversal_undone: true,
  payout_hold: true,
  payout_release: true,
  payout_paid: true,
  payout_returned: true,
} as const satisfies Record<CreatorEntry['flow'], true>;
export const CreatorFlow = z.enum(Object.keys(creatorFlows) as CreatorEntry['flow'][]);

/** By how much the creator's balances changed, in milli-diamonds, signed. */
const Changes = z.object({
  available: z.int(),
  maturing: z.int(),
  held: z.int(),
  paidOut: z.int(),
  owed: z.int(),
});
export type Changes = z.infer<typeof Changes>;

/** All entries of one flow, and of one currency where cash moved with them, added up. */
const Movement = z.object({
  flow: CreatorFlow,
  currency: z.optional(z.enum(currencies)),
  count: z.int(),
  changes: Changes,
  netMinor: z.optional(z.int()),
  feeMinor: z.optional(z.int()),
});
export type Movement = z.infer<typeof Movement>;

/** What was credited while one version of the rates held. */
const Credited = z.object({
  ratesVersion: z.string(),
  coinsPerDiamond: Amount,
  /** A combo of five counts as five. */
  gifts: z.int(),
  coins: z.int(),
  milliDiamonds: z.int(),
});
export type Credited = z.infer<typeof Credited>;

/** Those who brought most, and all others together. The two add up to all that was credited. */
const Ranking = z.object({
  first: z.array(z.object({ name: z.string(), gifts: z.int(), milliDiamonds: z.int() })),
  rest: z.object({ gifts: z.int(), milliDiamonds: z.int() }),
});
export type Ranking = z.infer<typeof Ranking>;

/**
 * What a creator has at the end of a day, in milli-diamonds. An entry belongs to the moment at which its making began: one that
 * began just before midnight may have taken what one from just after it had brought, and leave a day below zero.
 */
const Closing = z.object({
  available: z.int(),
  held: z.int(),
  paidOut: z.int(),
  owed: z.int(),
  /** By the day from which on it is available. */
  maturing: z.record(Day, z.int()),
});
export type Closing = z.infer<typeof Closing>;

/**
 * What one day's entries of a creator add up to: `EARNED#{creatorId}` / `DAY#{day}`. It says nothing that the entries do not
 * say, and is there only to spare reading them again; days without entries have none.
 */
export const CreatorDay = z.object({
  creatorId: z.string(),
  day: Day,
  movements: z.array(Movement),
  credited: z.array(Credited),
  /** Where gifts were sent, which they were and who sent them. */
  contexts: Ranking,
  gifts: Ranking,
  supporters: Ranking,
  closing: Closing,
});
export type CreatorDay = z.infer<typeof CreatorDay>;

/** How far a creator's days are added up: `EARNED#{creatorId}` / `PROGRESS`. */
export const AddingUp = z.object({
  creatorId: z.string(),
  /** All days up to this one are added up; absent before the first. */
  through: z.optional(Day),
  closing: Closing,
  /** A day that is begun: what it came to so far, and the last entry that is in it. */
  begun: z.optional(z.object({ sum: CreatorDay, shard: z.int(), after: z.string() })),
  version: z.int(),
  /** Set while somebody waits for days that took longer than a request may. */
  dueBucket: z.optional(z.string()),
  dueAt: z.optional(Moment),
});
export type AddingUp = z.infer<typeof AddingUp>;

export function parseAddingUp(item: Item): AddingUp {
  return z.parse(AddingUp, item);
}
