import type { PayPalPayouts } from '../providers/paypal-client.ts';
import type { PayPalItem } from '../providers/paypal-item.ts';
import type { Table } from '../store/table.ts';
import { type PayPalNews, settlePayout } from './settle-payout.ts';

/** Settles a payout by the item that an event names, in the state that PayPal's API says it is in. */
export async function receivePayoutItem(
  { ledger, payouts }: { ledger: Table; payouts: PayPalPayouts },
  claimed: PayPalNews,
  now: Date,
): Promise<void> {
  await settlePayout(ledger, { ...claimed, item: await confirm(payouts, claimed.item) }, now);
}

/** The item as the API has it; an API that is behind its own event must be asked again, or the event would be lost. */
async function confirm(payouts: PayPalPayouts, claimed: PayPalItem): Promise<PayPalItem> {
  const item = await payouts.getPayoutItem(claimed.payoutItemId);
  if (!item)
    throw new Error(`PayPal sent an event about the item ${claimed.payoutItemId}, which it does not have yet.`);
  if (stageOf[item.status] < stageOf[claimed.status])
    throw new Error(
      `PayPal's event about the item ${item.payoutItemId} says ${claimed.status}, and its API still ${item.status}.`,
    );
  return item;
}

/** How far an item has come: waiting, decided, or undone. */
const stageOf: Record<PayPalItem['status'], number> = {
  PENDING: 0,
  UNCLAIMED: 0,
  ONHOLD: 0,
  SUCCESS: 1,
  FAILED: 1,
  BLOCKED: 1,
  RETURNED: 2,
  REFUNDED: 2,
  REVERSED: 2,
};
