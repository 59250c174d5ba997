import { type AppleNotification, readAppleNotification } from '../providers/apple-notification.ts';
import { WebhookRejected } from '../providers/webhook-rejected.ts';
import type { Apple } from '../recharges/apple-connection.ts';
import { digestOf } from '../recharges/provider-events.ts';
import { receiveReport } from '../recharges/receive-report.ts';
import { dueKeys } from '../store/due.ts';
import { boundsOf } from './days.ts';
import { awaitedAtOnce, type Listed, type ListedPayment, type ProviderList } from './provider-list.ts';

/**
 * The App Store's history of its notifications, each verified as if it had just come. It has purchases, refunds and
 * reversed refunds; a question about consumption is too late to be answered.
 */
export function appleList({ verifier, transactions }: Apple): ProviderList {
  return {
    provider: 'apple',
    completeAfterHours: 1,
    awaited: (ledger, now) => dueKeys(ledger, { kind: 'reconciliation-apple', now, atOnce: awaitedAtOnce }),

    async page({ day, cursor }) {
      const { signedPayloads, next } = await transactions.history({ ...boundsOf(day), after: cursor });
      const lines = await Promise.all(signedPayloads.map((signedPayload) => listedOf(signedPayload, verifier)));
      return { lines: lines.flat(), ...(next !== undefined && { next }) };
    },

    async find({ paymentId }) {
      return paymentId === undefined ? undefined : transactions.find(paymentId);
    },
  };
}

async function listedOf(signedPayload: string, verifier: Apple['verifier']): Promise<Listed[]> {
  const body = JSON.stringify({ signedPayload });
  const digest = digestOf(body);
  try {
    return linesOf(await readAppleNotification(body, verifier), digest);
  } catch (error) {
    if (!(error instanceof WebhookRejected)) throw error;
    return [{ kind: 'unreadable', lineId: digest, reason: error.reason }];
  }
}

function linesOf(notification: AppleNotification, digest: string): Listed[] {
  const { eventId, kind } = notification;
  if (kind !== 'payment_succeeded' && kind !== 'claim') return [];
  const known = {
    eventId,
    async report(stores, now) {
      await receiveReport(stores, notification, { provider: 'apple', digest, now });
      return 'reported';
    },
  } satisfies Pick<ListedPayment, 'eventId' | 'report'>;
  if ('payment' in notification) {
    const { paymentId, rechargeId, amountReceivedMinor: amountMinor, currency } = notification.payment;
    const named = rechargeId === undefined ? {} : { rechargeId };
    return [{ ...known, ...named, kind: 'payment', lineId: paymentId, paymentId, amountMinor, currency }];
  }
  const { about, claims } = notification;
  return claims.flatMap(({ claim }) => {
    if (!claim) return [];
    const { amountMinor } = claim;
    return [{ ...known, ...about, kind: 'refund', lineId: eventId, amountMinor, claim }];
  });
}
