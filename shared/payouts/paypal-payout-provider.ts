import { logger } from '../observability.ts';
import type { NewPayoutItem, PayPalBatch, PayPalPayouts } from '../providers/paypal-client.ts';
import type { PayPalItem } from '../providers/paypal-item.ts';
import type { PayoutNews } from './payout-news.ts';
import type { PayoutProvider, PayoutToSend, SentBatch } from './payout-provider.ts';

/** PayPal's limit for one request. */
const mostAtOnce = 15_000;

/** PayPal knows a batch's id again for 30 days; the rest is for clocks and for calls that take long. */
const sentAgainForDays = 25;

export function payPalPayoutProvider(payouts: PayPalPayouts): PayoutProvider {
  return {
    mostAtOnce,
    sentAgainForDays,

    async send({ batchId, payouts: members }) {
      const items = members.map(describeItem);
      const outcome = await payouts.createPayoutBatch({ senderBatchId: batchId, items });
      if (outcome.kind !== 'refused') return { kind: 'taken', reference: outcome.payoutBatchId };
      const { code, retryable, positions } = outcome;
      const payoutIds = positions.flatMap((position) => members[position]?.payoutId ?? []);
      return { kind: 'refused', code, retryable, payoutIds };
    },

    async look({ reference, payouts: members }) {
      const batch = await payouts.getPayoutBatch(reference);
      if (!batch) throw new Error(`PayPal does not have the batch ${reference}.`);
      const { unreadableItems } = batch;
      if (unreadableItems > 0) logger.error('payout items cannot be read', { reference, unreadableItems });
      const items = new Map(batch.items.map((item) => [item.senderItemId, item]));
      return members.flatMap((member) => newsOf(batch, items.get(member.payoutId), member) ?? []);
    },

    async find(itemId) {
      const item = await payouts.getPayoutItem(itemId);
      return item && payPalNews(item);
    },
  };
}

function describeItem({ payoutId, destination, amountMinor, currency }: PayoutToSend): NewPayoutItem {
  return {
    senderItemId: payoutId,
    receiver: destination.value,
    recipientType: destination.type === 'email' ? 'EMAIL' : 'PAYPAL_ID',
    amountMinor,
    currency,
    note: 'Your earnings',
  };
}

/** What the batch says of a payout, if anything. Of a batch that PayPal denied, nothing was paid; an item that cannot be read says nothing. */
function newsOf(
  { payoutBatchId, batchStatus, unreadableItems }: PayPalBatch,
  item: PayPalItem | undefined,
  { payoutId, itemId, amountMinor, currency }: SentBatch['payouts'][number],
): PayoutNews | undefined {
  const isDenied = batchStatus === 'DENIED' || batchStatus === 'CANCELED';
  if (!isDenied || (item && item.status !== 'PENDING')) return item && payPalNews(item);
  if (!item && unreadableItems > 0) return undefined;
  return {
    payoutId,
    // Without an item there is no id of one: a name of our own that another batch's payouts do not have.
    itemId: item?.payoutItemId ?? itemId ?? `${payoutBatchId}-${payoutId}`,
    reference: payoutBatchId,
    status: 'FAILED',
    amountMinor,
    currency,
    errorName: `BATCH_${batchStatus}`,
  };
}

/** What PayPal's item says, in the words that all providers' news is in. */
export function payPalNews({
  payoutItemId,
  payoutBatchId,
  senderItemId,
  status,
  amountMinor,
  currency,
  errorName,
}: PayPalItem): PayoutNews {
  return {
    ...(senderItemId !== undefined && { payoutId: senderItemId }),
    itemId: payoutItemId,
    reference: payoutBatchId,
    status,
    amountMinor,
    currency,
    ...(errorName !== undefined && { errorName }),
  };
}
