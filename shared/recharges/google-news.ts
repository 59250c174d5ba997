import type { GooglePurchase } from '../providers/google-play.ts';
import { parseProviderEvent } from '../store/items/recharge.ts';
import { providerEventKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { digestOf } from './provider-events.ts';
import type { GoogleNews } from './receive-google-purchase.ts';

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
