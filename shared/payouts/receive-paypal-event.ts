import { createHash } from 'node:crypto';
import type { WebhookDelivery } from '../http/webhook.ts';
import { logger } from '../observability.ts';
import type { PayPalPayouts } from '../providers/paypal-client.ts';
import type { PayPalItem } from '../providers/paypal-item.ts';
import type { PayPalWebhookReader } from '../providers/paypal-webhook.ts';
import type { Table } from '../store/table.ts';
import { settlePayout } from './settle-payout.ts';

export type PayPalAccess = { payouts: PayPalPayouts; webhooks: PayPalWebhookReader };

/**
 * Handles one delivery of PayPal's webhook. The signature only covers a CRC-32 of the body, which can be forged for another
 * body, so the item's state is what PayPal's API says it is; the event says which item to ask about.
 * @throws WebhookRejected for a delivery that is not authentic; an error of any other kind makes PayPal deliver again.
 */
export async function receivePayPalEvent(
  { ledger, paypal }: { ledger: Table; paypal: PayPalAccess },
  { rawBody, headers, now }: WebhookDelivery,
): Promise<void> {
  const event = await paypal.webhooks.read({ rawBody, headers, now });
  const { eventId, eventType } = event;
  if (event.kind === 'unhandled')
    return logger.info('paypal event', { eventId, type: eventType, outcome: 'unhandled' });
  const item = await confirm(paypal.payouts, event.item);
  const digest = createHash('sha256').update(rawBody).digest('hex');
  await settlePayout(ledger, { eventId, type: eventType, digest, item }, now);
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
