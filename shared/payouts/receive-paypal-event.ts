import type { WebhookDelivery } from '../http/webhook.ts';
import { logger } from '../observability.ts';
import type { PayPalPayouts } from '../providers/paypal-client.ts';
import type { PayPalOrders } from '../providers/paypal-orders.ts';
import type { PayPalWebhookReader } from '../providers/paypal-webhook.ts';
import { digestOf } from '../recharges/provider-events.ts';
import { receivePayPalPayment } from '../recharges/receive-paypal-payment.ts';
import type { SettlementStores } from '../recharges/settle-payment.ts';
import { payPalNews, payPalPayoutProvider } from './paypal-payout-provider.ts';
import { receivePayoutItem } from './receive-payout-item.ts';

export type PayPalAccess = { payouts: PayPalPayouts; orders: PayPalOrders; webhooks: PayPalWebhookReader };

/**
 * Handles one delivery of PayPal's webhook, which is one for payouts and for payments. The signature only covers a CRC-32
 * of the body, which can be forged for another body, so what counts is what PayPal's API says; the event says what to ask
 * about.
 * @throws WebhookRejected for a delivery that is not authentic; an error of any other kind makes PayPal deliver again.
 */
export async function receivePayPalEvent(
  { paypal, ...stores }: SettlementStores & { paypal: PayPalAccess },
  { rawBody, headers, now }: Omit<WebhookDelivery, 'rawQuery'>,
): Promise<void> {
  const event = await paypal.webhooks.read({ rawBody, headers, now });
  const { eventId, eventType: type } = event;
  const digest = digestOf(rawBody);
  switch (event.kind) {
    case 'payout_item': {
      const provider = payPalPayoutProvider(paypal.payouts);
      const claimed = { provider: 'paypal', eventId, type, digest, news: payPalNews(event.item) } as const;
      return receivePayoutItem({ ledger: stores.ledger, provider }, claimed, now);
    }
    case 'payment': {
      const { orders } = paypal;
      return receivePayPalPayment({ ...stores, orders }, { eventId, type, digest, about: event.about, now });
    }
    case 'unhandled':
      logger.info('paypal event', { eventId, type, outcome: 'unhandled' });
  }
}
