import { logger } from '../observability.ts';
import { isAppStore, type ProviderName, type ProviderReport } from '../providers/payment.ts';
import type { EventDecision } from '../store/items/recharge.ts';
import { EventClosed, ignoreEvent, type Notice, parkEvent, type Replay } from './provider-events.ts';
import { recordExpiry } from './record-expiry.ts';
import { recordPaymentFailure } from './record-failure.ts';
import { type SettlementStores, settlePayment } from './settle-payment.ts';
import { receiveClaims } from './take-back.ts';

/** A report that has a meaning here. */
export type KnownReport = Exclude<ProviderReport, { kind: 'unhandled' }>;

/**
 * `trail` is there when an operator has the event replayed, `replay` where a replay must ask the provider again because the
 * report does not tell all.
 */
type Occasion = { provider: ProviderName; digest: string; now: Date; trail?: EventDecision[]; replay?: Replay };

/**
 * Does what a provider reports, whichever provider it is and however the report came: by an event that was verified, or as
 * the answer to a question. When it returns, the report is dealt with for ever.
 * @throws Contention when the wallet changed on every attempt; the report must come again.
 */
export async function receiveReport(
  stores: SettlementStores,
  report: KnownReport,
  { provider, digest, now, trail, replay }: Occasion,
): Promise<void> {
  const { eventId, type } = report;
  const notice: Notice = {
    ...{ provider, eventId, type, digest, subject: subjectOf(report), now },
    ...(replay ?? { report: JSON.stringify(report) }),
    ...(trail && { trail }),
  };
  try {
    await carryOutReport(stores, report, { ...notice, provider });
  } catch (error) {
    if (!(error instanceof EventClosed)) throw error;
    logger.info('event closed before', { provider, eventId, type });
  }
}

async function carryOutReport(
  stores: SettlementStores,
  report: KnownReport,
  notice: Notice & { provider: ProviderName },
): Promise<void> {
  const { provider } = notice;
  if (report.kind === 'checkout_expired') return recordExpiry(stores.ledger, report.rechargeId, notice);
  if (report.kind === 'claim') {
    const { claims } = report;
    return receiveClaims(stores.ledger, { about: { ...report.about, provider }, claims, notice });
  }
  const { payment } = report;
  const { rechargeId } = payment;
  // Something else may sell through the same account, and its payments are no concern of an operator of coins. What an
  // app's own products bring without naming an order is: somebody has paid for coins.
  if (rechargeId === undefined)
    return isAppStore(provider)
      ? parkEvent(stores.ledger, notice, 'payment_unknown')
      : ignoreEvent(stores.ledger, notice, 'not_a_recharge');
  if (report.kind === 'payment_failed') return recordPaymentFailure(stores.ledger, { rechargeId, payment, notice });
  await settlePayment(stores, { rechargeId, payment, notice });
}

function subjectOf(report: KnownReport): string | undefined {
  if (report.kind === 'checkout_expired') return report.rechargeId;
  return report.kind === 'claim' ? report.about.rechargeId : report.payment.rechargeId;
}
