import * as z from 'zod/mini';
import type { AppleVerifier } from './apple-signed-data.ts';
import { type AppleTransaction, paymentOf, readAppleTransaction, refundOf } from './apple-transaction.ts';
import type { ProviderReport } from './payment.ts';
import { WebhookRejected } from './webhook-rejected.ts';

/** What a notification reports; a request for consumption is a question, to be answered within twelve hours. */
export type AppleNotification =
  | ProviderReport
  | { eventId: string; type: string; kind: 'consumption_request'; transaction: AppleTransaction };

const Body = z.object({ signedPayload: z.string().check(z.minLength(1)) });

/** https://developer.apple.com/documentation/appstoreservernotifications/responsebodyv2decodedpayload, as far as it is read. */
const Notification = z.object({
  notificationType: z.string().check(z.minLength(1)),
  notificationUUID: z.string().check(z.minLength(1)),
  signedDate: z.int().check(z.nonnegative()),
  data: z.optional(z.object({ signedTransactionInfo: z.optional(z.string()) })),
});

type Meaning = (
  transaction: AppleTransaction,
  signedAt: Date,
) => DistributiveOmit<AppleNotification, 'eventId' | 'type'>;
type DistributiveOmit<Union, Key extends string> = Union extends unknown ? Omit<Union, Key> : never;

/**
 * The notifications that have a meaning here. Others concern subscriptions, or, as a refund that was declined and a test,
 * change nothing.
 */
const meanings: Readonly<Record<string, Meaning>> = {
  ONE_TIME_CHARGE: (transaction) => ({ kind: 'payment_succeeded', payment: paymentOf(transaction) }),
  REFUND: (transaction, signedAt) => ({ kind: 'claim', ...refundOf(transaction, { state: 'succeeded', signedAt }) }),
  REFUND_REVERSED: (transaction, signedAt) => ({
    kind: 'claim',
    ...refundOf(transaction, { state: 'failed', signedAt }),
  }),
  CONSUMPTION_REQUEST: (transaction) => ({ kind: 'consumption_request', transaction }),
};

/**
 * Verifies an App Store Server Notification (version 2) with the transaction in it, and reads it. Throws
 * `WebhookRejected` when it is not to be believed.
 */
export async function readAppleNotification(
  rawBody: Buffer | string,
  verifier: AppleVerifier,
): Promise<AppleNotification> {
  const { signedPayload } = readable(() => Body.parse(JSON.parse(rawBody.toString('utf8'))));
  const decoded = await verifier.notification(signedPayload);
  const {
    notificationType: type,
    notificationUUID: eventId,
    signedDate,
    data,
  } = readable(() => Notification.parse(decoded));
  const meaning = Object.hasOwn(meanings, type) ? meanings[type] : undefined;
  if (!meaning || data?.signedTransactionInfo === undefined) return { eventId, type, kind: 'unhandled' };
  const signed = await verifier.transaction(data.signedTransactionInfo);
  return readable(() => {
    const transaction = readAppleTransaction(signed);
    const read = transaction ? meaning(transaction, new Date(signedDate)) : ({ kind: 'unhandled' } as const);
    return { eventId, type, ...read };
  });
}

function readable<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new WebhookRejected('malformed', 'it does not have the shape of a notification of the App Store', {
      cause: error,
    });
  }
}
