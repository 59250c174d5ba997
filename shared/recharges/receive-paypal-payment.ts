import { logger } from '../observability.ts';
import type { ClaimReport } from '../providers/payment.ts';
import { claimOfDispute, claimOfReversal, type PayPalDispute } from '../providers/paypal-claims.ts';
import type { PayPalOrders } from '../providers/paypal-orders.ts';
import type { PayPalCapture } from '../providers/paypal-payment.ts';
import type { PayPalPaymentEvent } from '../providers/paypal-payment-events.ts';
import type { EventDecision } from '../store/items/recharge.ts';
import { admitPayment } from './admit-payment.ts';
import { findRecharge } from './find-recharge.ts';
import { disagreementOf } from './judge-payment.ts';
import { isTakeable } from './paypal-provider.ts';
import { ignoreEvent, type Notice, parkEvent } from './provider-events.ts';
import { receiveReport } from './receive-report.ts';
import type { SettlementStores } from './settle-payment.ts';

export type PayPalPaymentStores = SettlementStores & { orders: PayPalOrders };

/** An event about a payment whose signature is good, and of which nothing is believed but what it is about. */
export type PayPalPaymentNews = {
  eventId: string;
  type: string;
  /** SHA-256 of what came, in hex. */
  digest: string;
  about: PayPalPaymentEvent;
  now: Date;
  /** What operators did about it, when one of them has it replayed. */
  trail?: EventDecision[];
};

/**
 * Does what PayPal's API says about the payment, refund or dispute that an event names. When it returns, the event is
 * dealt with for ever; an API that is behind its own event must be asked again, or the event would be lost.
 */
export async function receivePayPalPayment(stores: PayPalPaymentStores, news: PayPalPaymentNews): Promise<void> {
  const { about } = news;
  switch (about.kind) {
    case 'order_approved':
      return reportPayment(stores, news, about.orderId);
    case 'capture': {
      const orderId = about.orderId ?? (await ownCapture(stores.orders, about.captureId))?.orderId;
      return orderId === undefined ? notOurs(news) : reportPayment(stores, news, orderId);
    }
    case 'refund':
      return reportRefund(stores, news, about.refundId);
    case 'reversal':
      return reportReversal(stores, news, about.captureId);
    case 'dispute':
      return reportDispute(stores, news, about);
  }
}

async function reportPayment(stores: PayPalPaymentStores, news: PayPalPaymentNews, orderId: string): Promise<void> {
  const { eventId, type, about } = news;
  const found = await stores.orders.getOrder(orderId);
  if (!found) throw behind(news, `the order ${orderId} is not there`);
  const { rechargeId } = found.payment;
  if (rechargeId === undefined) return notOurs(news);
  const recharge = await findRecharge(stores.ledger, rechargeId);
  const takes = isTakeable(found, recharge);
  if (takes && !(await admitPayment(stores, recharge, news.now)))
    return ignoreEvent(stores.ledger, noticeOf(news, rechargeId), 'purchase_limit_reached');
  const captured = takes ? await stores.orders.captureOrder(found) : found;
  if (!captured) throw behind(news, `the order ${orderId} is not there any more`);
  const { payment, isApproved } = captured;
  const disagreement = isApproved ? disagreementOf(recharge, payment) : undefined;
  if (disagreement) return parkEvent(stores.ledger, noticeOf(news, rechargeId), disagreement);
  if (isApproved) throw behind(news, `the order ${orderId} was captured, and is still approved`);
  const kind = kindOf(payment);
  if (kind !== undefined) return receiveReport(stores, { eventId, type, kind, payment }, occasionOf(news));
  if (about.kind === 'capture' && about.isDecided)
    throw behind(news, `the order ${orderId} is still ${payment.status}`);
  logger.info('paypal payment is open', { eventId, type, rechargeId, status: payment.status });
}

function kindOf({ status, failureCode }: { status: string; failureCode?: string }) {
  if (status === 'succeeded') return 'payment_succeeded';
  return failureCode === undefined ? undefined : 'payment_failed';
}

async function reportRefund(stores: PayPalPaymentStores, news: PayPalPaymentNews, refundId: string): Promise<void> {
  const refund = await stores.orders.getRefund(refundId);
  if (!refund) throw behind(news, `the refund ${refundId} is not there`);
  const capture = refund.captureId === undefined ? undefined : await ownCapture(stores.orders, refund.captureId);
  if (!capture) return notOurs(news);
  await reportClaims(stores, { news, capture, claims: [{ claim: refund.claim }] });
}

/** A reversal that neither a dispute nor the capture itself confirms is for an operator. */
async function reportReversal(stores: PayPalPaymentStores, news: PayPalPaymentNews, captureId: string): Promise<void> {
  const { orders, ledger } = stores;
  const [capture, disputeIds] = await Promise.all([ownCapture(orders, captureId), orders.disputesAbout(captureId)]);
  if (!capture) return notOurs(news);
  if (disputeIds.length === 0 && !capture.isGivenBack)
    return parkEvent(ledger, noticeOf(news, capture.rechargeId), 'reversal_unconfirmed');
  const disputes = await Promise.all(disputeIds.map((disputeId) => disputeOf(orders, disputeId)));
  const claims = disputes.flatMap((dispute) => claimsOf(dispute, capture));
  const reversal = claimOfReversal(capture, { isDisputed: disputes.length > 0 });
  await reportClaims(stores, { news, capture, claims: [{ claim: reversal }, ...claims] });
}

async function reportDispute(
  stores: PayPalPaymentStores,
  news: PayPalPaymentNews,
  claimed: Extract<PayPalPaymentEvent, { kind: 'dispute' }>,
): Promise<void> {
  const dispute = await disputeOf(stores.orders, claimed.disputeId);
  if (claimed.isResolved && !dispute.isResolved) throw behind(news, 'the dispute is not resolved');
  for (const [index, captureId] of dispute.captureIds.entries()) {
    if (claimed.captureId !== undefined && claimed.captureId !== captureId) continue;
    const capture = await ownCapture(stores.orders, captureId);
    // One event has one effect on one recharge; a dispute about several payments has several.
    const isFirst = index === 0 || claimed.captureId !== undefined;
    const eventId = isFirst ? news.eventId : `${news.eventId}-${index + 1}`;
    const ownNews = { ...news, eventId, about: { ...claimed, captureId } };
    if (capture) await reportDisputeOf(stores, { news: ownNews, capture, dispute });
    else notOurs(ownNews);
  }
}

async function reportDisputeOf(
  stores: PayPalPaymentStores,
  { news, capture, dispute }: { news: PayPalPaymentNews; capture: OwnCapture; dispute: PayPalDispute },
): Promise<void> {
  const claims = claimsOf(dispute, capture);
  if (claims.length === 0)
    return parkEvent(stores.ledger, noticeOf(news, capture.rechargeId), 'dispute_outcome_unknown');
  const reversal = { claim: claimOfReversal(capture, { isDisputed: true }) };
  await reportClaims(stores, { news, capture, claims: [reversal, ...claims] });
}

/** Nothing when the dispute ended in a way that this version does not know: what was frozen stays frozen. */
function claimsOf(dispute: PayPalDispute, capture: PayPalCapture): ClaimReport[] {
  return dispute.state ? [{ claim: claimOfDispute(dispute, dispute.state, capture) }] : [];
}

type ClaimNews = { news: PayPalPaymentNews; capture: OwnCapture; claims: ClaimReport[] };

async function reportClaims(stores: PayPalPaymentStores, { news, capture, claims }: ClaimNews): Promise<void> {
  const { eventId, type } = news;
  const { orderId: paymentId, rechargeId, currency } = capture;
  const about = { paymentId, rechargeId, currency };
  await receiveReport(stores, { eventId, type, kind: 'claim', about, claims }, occasionOf(news));
}

type OwnCapture = PayPalCapture & Required<Pick<PayPalCapture, 'orderId' | 'rechargeId'>>;

/** A capture that was made for a recharge, through an order. PayPal has had ours since before it sends events about them. */
async function ownCapture(orders: PayPalOrders, captureId: string): Promise<OwnCapture | undefined> {
  const capture = await orders.getCapture(captureId);
  const { orderId, rechargeId } = capture ?? {};
  return capture && orderId !== undefined && rechargeId !== undefined ? { ...capture, orderId, rechargeId } : undefined;
}

async function disputeOf(orders: PayPalOrders, disputeId: string): Promise<PayPalDispute> {
  const dispute = await orders.getDispute(disputeId);
  if (!dispute) throw new PayPalBehind(`PayPal told of the dispute ${disputeId}, which it does not have.`);
  return dispute;
}

function noticeOf(news: PayPalPaymentNews, subject: string | undefined): Notice {
  const { eventId, type, about } = news;
  return { ...occasionOf(news), eventId, type, subject, report: JSON.stringify(about), replayedBy: 'paypal-replay' };
}

function occasionOf({ digest, now, trail }: PayPalPaymentNews) {
  return { provider: 'paypal', digest, now, ...(trail && { trail }) } as const;
}

function behind({ eventId, type }: PayPalPaymentNews, what: string): PayPalBehind {
  return new PayPalBehind(`PayPal's event ${eventId} (${type}) is ahead of its API: ${what}.`);
}

/** PayPal's API does not show yet what PayPal told, or not any more; the news must come again. */
export class PayPalBehind extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = 'PayPalBehind';
  }
}

/** Something else may sell through the same account; PayPal keeps its own list of those events. */
function notOurs({ eventId, type }: PayPalPaymentNews): void {
  logger.info('paypal event about no recharge', { eventId, type });
}
