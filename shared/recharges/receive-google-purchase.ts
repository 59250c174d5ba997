import { type Minor, minor, scale } from '../money/units.ts';
import { count, logger } from '../observability.ts';
import { type GooglePlay, GooglePlayRefused, type GooglePurchase } from '../providers/google-play.ts';
import type { Payment } from '../providers/payment.ts';
import { ProviderOutcomeUnknown } from '../providers/provider-outcome-unknown.ts';
import { moneyOf, type Recharge } from '../store/items/recharge.ts';
import { findRecharge } from './find-recharge.ts';
import { type GoogleNews, occasionOf } from './google-news.ts';
import { finishPurchase, takeUpPurchase } from './google-work.ts';
import { parkEvent } from './provider-events.ts';
import { receiveReport } from './receive-report.ts';
import type { SettlementStores } from './settle-payment.ts';

export type GoogleStores = SettlementStores & {
  play: GooglePlay;
  /** Whether purchases of license testers, for which nobody pays, bring coins: never where coins are money. */
  creditsTests: boolean;
};

/**
 * Does what a purchase means as Google shows it now, however it was heard of and however often: credits it, keeps that it
 * was canceled, and consumes it once its credit is committed. It is taken up before it is credited, so that what breaks
 * off here is finished by the sweep.
 */
export async function settleGooglePurchase(
  stores: GoogleStores,
  purchase: GooglePurchase,
  news: GoogleNews,
): Promise<void> {
  const { ledger } = stores;
  const order = await orderNamedBy(stores, purchase);
  // A pending purchase is taken up as well: nobody may tell how it ends.
  if (order) await takeUpPurchase(ledger, { purchase, rechargeId: order.rechargeId, now: news.now });
  if (purchase.state === 'pending') return;
  if (purchase.state === 'canceled') return settleCanceled(stores, purchase, { order, news });
  const payment = await paymentOf(stores.play, purchase, order);
  const { eventId, type } = news;
  const occasion = occasionOf(news, { kind: 'purchase', purchaseToken: purchase.purchaseToken });
  if (purchase.isTest && !stores.creditsTests) {
    const { replay, ...origin } = occasion;
    return parkEvent(ledger, { ...origin, ...replay, eventId, type, subject: payment.rechargeId }, 'test_purchase');
  }
  await receiveReport(stores, { eventId, type, kind: 'payment_succeeded', payment }, occasion);
  const settled = order && (await findRecharge(ledger, order.rechargeId));
  if (!isPaidBy(settled, purchase)) return;
  if (purchase.refundableQuantity < purchase.quantity)
    await reportVoided(stores, purchase, { order: settled, news: asVoided(news) });
  await consume(stores, purchase);
}

/** What went back is a finding of its own beside the payment, and has an event of its own. */
function asVoided({ trail: _, ...news }: GoogleNews): GoogleNews {
  return { ...news, eventId: `${news.eventId}-voided`, type: `${news.type}.voided` };
}

type Settled = { order: Recharge | undefined; news: GoogleNews };

/** Canceled is what was never paid, and also what was paid and went back whole. */
async function settleCanceled(stores: GoogleStores, purchase: GooglePurchase, { order, news }: Settled): Promise<void> {
  const { eventId, type } = news;
  const { purchaseToken } = purchase;
  if (isPaidBy(order, purchase)) await reportVoided(stores, purchase, { order, news: asVoided(news) });
  else if (order?.state !== 'paid') {
    const payment = { ...(await paymentOf(stores.play, purchase, order)), failureCode: 'canceled' };
    await receiveReport(
      stores,
      { eventId, type, kind: 'payment_failed', payment },
      occasionOf(news, { kind: 'purchase', purchaseToken }),
    );
  }
  await finishPurchase(stores.ledger, { purchaseToken, as: 'closed' });
}

/** Tells how much of a purchase went back, as Google shows it now: a running total, which any number of reports agree on. */
export async function reportVoided(
  stores: GoogleStores,
  purchase: GooglePurchase,
  { order, news }: Settled,
): Promise<void> {
  const { paymentId, accountId, purchaseToken } = purchase;
  const { eventId, type } = news;
  const about = { paymentId, ...(accountId !== undefined && { rechargeId: accountId }) };
  const claims = order ? [{ refundedMinor: await refundedOf(stores.play, purchase, order) }] : [];
  const report = { eventId, type, kind: 'claim', about, claims } as const;
  await receiveReport(stores, report, occasionOf(news, { kind: 'voided', purchaseToken }));
}

/** What of an order's money went back altogether. */
export function refundedOf(play: GooglePlay, purchase: GooglePurchase, order: Recharge): Promise<Minor> {
  return shareOf(play, purchase, { order, quantity: purchase.quantity - purchase.refundableQuantity });
}

/** What so many of a purchase cost: of the money of its order, or of Google's total where the order is not paid yet. */
export async function shareOf(
  play: GooglePlay,
  { quantity: whole, orderId }: Pick<GooglePurchase, 'quantity' | 'orderId'>,
  { order, quantity }: { order: Recharge; quantity: number },
): Promise<Minor> {
  const isUnpaid = order.state !== 'paid' && orderId !== undefined;
  const total = isUnpaid ? (await play.totalOf(orderId)).minor : moneyOf(order).minor;
  if (quantity >= whole) return minor(total);
  return minor(scale(total, { numerator: quantity, denominator: whole, rounding: 'down' }));
}

/** The order whose id the app gave as the account id, if that is one. */
export async function orderNamedBy(
  { ledger }: Pick<GoogleStores, 'ledger'>,
  { accountId }: Pick<GooglePurchase, 'accountId'>,
): Promise<Recharge | undefined> {
  return accountId === undefined ? undefined : findRecharge(ledger, accountId);
}

export function isPaidBy(order: Recharge | undefined, { paymentId }: Pick<GooglePurchase, 'paymentId'>): boolean {
  return order?.state === 'paid' && order.paymentId === paymentId;
}

/** The purchase in the words that all providers share; what has no order of Google's was not paid for. */
export async function paymentOf(
  play: GooglePlay,
  purchase: GooglePurchase,
  order: Recharge | undefined,
): Promise<Payment> {
  const { paymentId, orderId, productId, quantity, accountId, state, region } = purchase;
  const isPaid = state === 'purchased' && orderId !== undefined;
  const total = isPaid ? await play.totalOf(orderId) : { minor: minor(0), currency: order?.currency ?? 'USD' };
  return {
    provider: 'google',
    paymentId,
    status: ({ purchased: 'succeeded', pending: 'processing', canceled: 'canceled' } as const)[state],
    amountMinor: total.minor,
    amountReceivedMinor: total.minor,
    currency: total.currency,
    productId,
    quantity,
    ...(accountId !== undefined && { rechargeId: accountId }),
    ...(region !== undefined && { storefront: region }),
  };
}

/** The coins are there whatever becomes of this; what fails is made up for by the sweep, within the three days there are. */
async function consume({ ledger, play }: GoogleStores, purchase: GooglePurchase): Promise<void> {
  const { purchaseToken, paymentId } = purchase;
  try {
    if (!purchase.isConsumed) await consumeOnce(play, purchase);
  } catch (error) {
    if (!(error instanceof ProviderOutcomeUnknown || error instanceof GooglePlayRefused)) throw error;
    count('RechargeLookUpsFailed');
    return logger.error('purchase not consumed yet', { paymentId, error });
  }
  await finishPurchase(ledger, { purchaseToken, as: 'consumed' });
}

/** Google refuses the second of two who come at once, as the app and the notification may. */
async function consumeOnce(play: GooglePlay, purchase: GooglePurchase): Promise<void> {
  try {
    await play.consume(purchase);
  } catch (error) {
    if (!(error instanceof GooglePlayRefused) || !(await play.lookUp(purchase.purchaseToken))?.isConsumed) throw error;
  }
}
