import { parsePaymentEvent } from '../providers/paypal-payment-events.ts';
import type { ProviderEvent } from '../store/items/recharge.ts';
import { type PayPalPaymentStores, receivePayPalPayment } from './receive-paypal-payment.ts';

/** Does again what a parked event about a payment means, by what PayPal's API says now. */
export async function replayPayPalEvent(stores: PayPalPaymentStores, event: ProviderEvent, now: Date): Promise<void> {
  const { eventId, type, digest, trail = [], report = '' } = event;
  await receivePayPalPayment(stores, { eventId, type, digest, about: parsePaymentEvent(report), now, trail });
}
