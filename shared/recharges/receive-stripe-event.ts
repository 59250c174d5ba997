import { logger } from '../observability.ts';
import { readStripeEvent, type StripeEvent } from '../providers/stripe-webhook.ts';
import { digestOf, ignoreEvent, type Notice } from './provider-events.ts';
import { recordPaymentFailure } from './record-failure.ts';
import { type SettlementStores, settlePayment } from './settle-payment.ts';

export type StripeDelivery = {
  rawBody: Buffer;
  signatureHeader: string | undefined;
  webhookSecret: string;
  now: Date;
};

/**
 * Verifies a delivery from Stripe and does what its event says. When it returns, the event is dealt with for ever.
 * @throws WebhookRejected for what Stripe did not sign just now; anything else means that Stripe must deliver it again.
 */
export async function receiveStripeEvent(stores: SettlementStores, delivery: StripeDelivery): Promise<void> {
  const { rawBody, signatureHeader, webhookSecret, now } = delivery;
  const event = readStripeEvent({ rawBody, signatureHeader, webhookSecret, nowSeconds: now.getTime() / 1000 });
  // An account sends dozens of kinds of events. Those without an effect here leave nothing in the ledger: Stripe keeps
  // its own list of them, and taking one twice is no different from taking it once.
  if (event.kind === 'unhandled')
    return logger.debug('event not handled', { eventId: event.eventId, type: event.type });
  const { rechargeId } = event.payment;
  const notice: Notice = {
    provider: 'stripe',
    eventId: event.eventId,
    type: eventTypes[event.kind],
    digest: digestOf(rawBody),
    subject: rechargeId,
    now,
  };
  // Something else may sell through the same Stripe account; its payments are no concern of an operator of coins.
  if (rechargeId === undefined) return ignoreEvent(stores.ledger, notice, 'not_a_recharge');
  const report = { rechargeId, payment: event.payment, notice };
  if (event.kind === 'payment_failed') return recordPaymentFailure(stores.ledger, report);
  await settlePayment(stores, report);
}

const eventTypes: Record<Exclude<StripeEvent['kind'], 'unhandled'>, string> = {
  payment_succeeded: 'payment_intent.succeeded',
  payment_failed: 'payment_intent.payment_failed',
};
