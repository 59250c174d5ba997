import { logger } from '../observability.ts';
import { type GooglePlay, GooglePlayRefused, type RefundReview } from '../providers/google-play.ts';
import type { Recharge } from '../store/items/recharge.ts';
import type { Table } from '../store/table.ts';
import { transact } from '../store/write.ts';
import { appliedEvent, ignoreEvent, type Seen } from './provider-events.ts';
import { orderToTellOf } from './refund-request.ts';
import { type UseOfCoins, useOfCoins } from './use-of-coins.ts';

export type RefundReviewRequest = { play: GooglePlay; orderId: string; pendingRefundToken: string; notice: Seen };

/** Google takes a thousand; these tell enough, and are read within a second. */
const mostLines = 100;

/**
 * Tells Google Play how many of the coins of a purchase are gone and what for, when its buyer has the payment charged back
 * and has consented to that being told. Google waits a day for it and counts the first answer, so that a repetition of the
 * request changes nothing.
 * @throws ProviderOutcomeUnknown when Google gave no answer; the request must come again.
 */
export async function answerRefundReview(
  ledger: Table,
  { play, orderId, pendingRefundToken, notice }: RefundReviewRequest,
): Promise<void> {
  const order = await orderToTellOf(ledger, { provider: 'google', paymentId: orderId, notice });
  if (!order) return;
  const use = await useOfCoins(ledger, order, { mostLines });
  const review = reviewOf(order, use);
  try {
    await play.reviewRefund({ orderId, pendingRefundToken, ...review });
  } catch (error) {
    if (!(error instanceof GooglePlayRefused) || !isForGood(error)) throw error;
    return ignoreEvent(ledger, notice, 'answer_refused');
  }
  const { preference, consumedMilliPercent } = review;
  logger.info('refund reviewed', { rechargeId: order.rechargeId, preference, consumedMilliPercent });
  await transact(ledger, [appliedEvent(notice, 'known')]);
}

/**
 * Nobody loses anything by the refund of coins that were not used: they are taken back. What was used is gone, so that
 * Google is asked to stand by the sale; it decides all the same.
 */
function reviewOf({ rechargeId }: Recharge, use: UseOfCoins): RefundReview {
  const { consumedCoins, consumedMilliPercent, gifts, purchases } = use;
  const uses = [
    ...gifts.map(({ at, gift, quantity, coins }) => ({ at, what: `${coins} coins for a gift: ${quantity} × ${gift}` })),
    ...purchases.map(({ at, item = 'promotion of a video', coins }) => ({ at, what: `${coins} coins for: ${item}` })),
  ];
  return {
    preference: consumedCoins === 0 ? 'APPROVE' : 'DECLINE',
    consumedMilliPercent,
    accountId: rechargeId,
    uses: uses.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at)),
  };
}

/** The token or the order is not what Google wants; where it is the account, an operator can mend that within the day. */
function isForGood({ status }: GooglePlayRefused): boolean {
  return status === 400 || status === 404 || status === 410;
}
