import { logger } from '../observability.ts';
import type { PushVerifier } from '../providers/google-auth.ts';
import { readGoogleNotification } from '../providers/google-notification.ts';
import { WebhookRejected } from '../providers/webhook-rejected.ts';
import { answerRefundReview } from './answer-refund-review.ts';
import { isDealtWith } from './google-news.ts';
import { lookIntoPurchase } from './look-into-google-purchase.ts';
import { digestOf } from './provider-events.ts';
import type { GoogleStores } from './receive-google-purchase.ts';

export type GoogleDelivery = {
  rawBody: Buffer;
  authorization: string | undefined;
  verify: PushVerifier;
  packageName: string;
  now: Date;
};

/**
 * Verifies a message that Pub/Sub pushed, and does what Google says of the purchase that it names. The message itself
 * proves nothing but that there is something to ask. When this returns, the event is dealt with for ever.
 * @throws WebhookRejected for what Pub/Sub did not push for us; anything else means that it must be pushed again.
 */
export async function receiveGoogleEvent(stores: GoogleStores, delivery: GoogleDelivery): Promise<void> {
  const { rawBody, authorization, verify, packageName, now } = delivery;
  await verify(authorization);
  const notification = readGoogleNotification(rawBody);
  if (notification.packageName !== packageName)
    throw new WebhookRejected('other_recipient', 'it is about another app than the one that is configured');
  const { eventId, type } = notification;
  const news = { eventId, type, digest: digestOf(rawBody), now };
  if (notification.kind === 'refund_review') {
    if (await isDealtWith(stores.ledger, eventId)) return;
    const { orderId, pendingRefundToken, accountId } = notification;
    const notice = { ...news, provider: 'google', subject: accountId } as const;
    return answerRefundReview(stores.ledger, { play: stores.play, orderId, pendingRefundToken, notice });
  }
  if (!('purchaseToken' in notification)) return logger.debug('notification not handled', { eventId, type });
  if (await isDealtWith(stores.ledger, eventId)) return;
  const { purchaseToken } = notification;
  const kind = notification.kind === 'voided' ? 'voided' : 'purchase';
  await lookIntoPurchase(stores, { kind, purchaseToken }, news);
}
