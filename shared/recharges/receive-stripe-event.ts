import { logger } from '../observability.ts';
import { readStripeEvent } from '../providers/stripe-webhook.ts';
import { digestOf } from './provider-events.ts';
import { receiveReport } from './receive-report.ts';
import type { SettlementStores } from './settle-payment.ts';

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
  await receiveReport(stores, event, { provider: 'stripe', digest: digestOf(rawBody), now });
}
