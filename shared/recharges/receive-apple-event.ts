import { logger } from '../observability.ts';
import { readAppleNotification } from '../providers/apple-notification.ts';
import { answerConsumptionRequest } from './answer-consumption-request.ts';
import type { Apple } from './apple-connection.ts';
import { digestOf } from './provider-events.ts';
import { receiveReport } from './receive-report.ts';
import type { SettlementStores } from './settle-payment.ts';

export type AppleStores = SettlementStores & { apple: Apple };

/**
 * Verifies a notification of the App Store and does what it says. When it returns, the notification is dealt with for ever.
 * @throws WebhookRejected for what Apple did not sign for this app; anything else means that Apple must send it again.
 */
export async function receiveAppleEvent(
  { apple, ...stores }: AppleStores,
  { rawBody, now }: { rawBody: Buffer; now: Date },
): Promise<void> {
  const event = await readAppleNotification(rawBody, apple.verifier);
  const { eventId, type, kind } = event;
  if (kind === 'unhandled') return logger.debug('event not handled', { eventId, type });
  const digest = digestOf(rawBody);
  if (kind !== 'consumption_request') return receiveReport(stores, event, { provider: 'apple', digest, now });
  const { transactionId, appAccountToken } = event.transaction;
  const notice = { provider: 'apple', eventId, type, digest, subject: appAccountToken?.toLowerCase(), now } as const;
  await answerConsumptionRequest(stores.ledger, { transactions: apple.transactions, transactionId, notice });
}
