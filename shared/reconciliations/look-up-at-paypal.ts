import { logger } from '../observability.ts';
import type { PayPalOrders } from '../providers/paypal-orders.ts';
import type { PayPalPaymentEvent } from '../providers/paypal-payment-events.ts';
import { digestOf } from '../recharges/provider-events.ts';
import { PayPalBehind, receivePayPalPayment } from '../recharges/receive-paypal-payment.ts';
import type { ListedReturn } from './provider-list.ts';

/** `line` is what was listed, of which the event keeps a digest. */
type Asked = { eventId: string; about: PayPalPaymentEvent; line: object };

/** Deals with what is listed as with an event of which nothing is believed but what it is about. */
export function lookUpAtPayPal(orders: PayPalOrders, { eventId, about, line }: Asked): ListedReturn['report'] {
  const digest = digestOf(JSON.stringify(line));
  return async (stores, now) => {
    try {
      await receivePayPalPayment({ ...stores, orders }, { eventId, type: 'lookup', digest, about, now });
      return 'reported';
    } catch (error) {
      // What is listed is hours old: an API that does not show it does not confirm it.
      if (!(error instanceof PayPalBehind)) throw error;
      logger.error('listed by PayPal, and not there', { eventId, error });
      return 'unconfirmed';
    }
  };
}
