import * as z from 'zod/mini';
import type { GooglePurchase, VoidedPurchase } from '../providers/google-play.ts';
import { Moment } from '../store/items/common.ts';
import { type EventDecision, parseProviderEvent } from '../store/items/recharge.ts';
import { providerEventKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { digestOf, type Replay } from './provider-events.ts';

/** How a purchase came to be known. `digest` is that of the message, where there was one. */
export type GoogleNews = {
  eventId: string;
  type: string;
  digest: string;
  now: Date;
  /** What operators did about it, when one of them has it replayed. */
  trail?: EventDecision[];
};

/** What an event was about: a purchase, what went back of one, or an entry of the list of voided purchases. */
export type GoogleSubject =
  | { kind: 'purchase' | 'voided'; purchaseToken: string }
  | { kind: 'listed'; voided: VoidedPurchase };

const Subject = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['purchase', 'voided']), purchaseToken: z.string() }),
  z.object({
    kind: z.literal('listed'),
    voided: z.object({
      paymentId: z.string(),
      purchaseToken: z.string(),
      voidedAt: Moment,
      voidedQuantity: z.optional(z.int()),
    }),
  }),
]);

/**
 * How news is kept, whatever it reports: a replay asks Google how the purchase stands then, because it is credited,
 * consumed and taken back by that.
 */
export function occasionOf({ digest, now, trail }: GoogleNews, about: GoogleSubject) {
  const replay: Replay = { report: JSON.stringify(about), replayedBy: 'google-replay' };
  return { provider: 'google', digest, now, replay, ...(trail && { trail }) } as const;
}

/** Reads what an event was about after that was kept. Throws when it is no such thing. */
export function parseGoogleSubject(kept: string): GoogleSubject {
  // What was left out stays left out: JSON has no `undefined`.
  return z.parse(Subject, JSON.parse(kept)) as GoogleSubject;
}

/**
 * Stands for the message that did not come, when Google was asked about a purchase. Its id is made from what was found, so
 * that the same finding has one effect and another one its own.
 */
export function newsOfLookUp(purchase: GooglePurchase, now: Date): GoogleNews {
  const { paymentId, state, quantity, refundableQuantity } = purchase;
  const finding = state === 'purchased' && refundableQuantity < quantity ? `${state}-${refundableQuantity}` : state;
  return { eventId: `lookup-${paymentId}-${finding}`, type: 'lookup', digest: digestOf(JSON.stringify(purchase)), now };
}

/**
 * Whether an event had its effect. A message only says where to look, and the same one may find something else when it
 * comes again: what is to be seen then has a message of its own.
 */
export async function isDealtWith(ledger: Table, eventId: string): Promise<boolean> {
  const event = await readItem(ledger, providerEventKey({ provider: 'google', eventId }));
  return event !== undefined && parseProviderEvent(event).outcome !== 'parked';
}
