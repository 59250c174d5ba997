import { areDisputesListed, type ListedDispute } from '../providers/paypal-dispute-list.ts';
import type { PayPalOrders } from '../providers/paypal-orders.ts';
import { lookUpAtPayPal } from './look-up-at-paypal.ts';
import type { ListedReturn, ListPage } from './provider-list.ts';

type Part = { from: Date; to: Date; after: string | undefined };

/**
 * The disputes that last changed on a day: the end of one that moves no money is in no list of what moved the balance, and
 * what it froze would stay frozen. A dispute that changed again since is in the list of that day.
 */
export async function listChangedDisputes(orders: PayPalOrders, part: Part): Promise<ListPage> {
  if (!areDisputesListed(part.from, new Date())) return { lines: [] };
  const { disputes, next } = await orders.changedDisputes(part);
  return { lines: disputes.map((dispute) => listedOf(orders, dispute)), ...(next !== undefined && { next }) };
}

/** The list does not say what a dispute is about, nor how it ended: PayPal is asked about each. */
function listedOf(orders: PayPalOrders, dispute: ListedDispute): ListedReturn {
  const { disputeId, isResolved, amountMinor, currency, updatedAt } = dispute;
  const eventId = `lookup-${disputeId}-${updatedAt}`;
  const about = { kind: 'dispute', disputeId, isResolved } as const;
  const report = lookUpAtPayPal(orders, { eventId, about, line: dispute });
  return { kind: 'dispute', lineId: disputeId, eventId, amountMinor, currency, report };
}
