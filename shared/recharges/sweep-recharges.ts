import { count, logger } from '../observability.ts';
import type { Payment } from '../providers/payment.ts';
import type { JobRun } from '../queue/scheduled-job.ts';
import { dueKeys } from '../store/due.ts';
import { parseRecharge, type Recharge } from '../store/items/recharge.ts';
import type { Key } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { updateIf } from '../store/write.ts';
import { admitPayment } from './admit-payment.ts';
import { expireRecharge } from './expire-recharge.ts';
import { isOverAt, planUnpaid, type UnpaidPlan } from './look-up-schedule.ts';
import { postponeOrder } from './order-updates.ts';
import type { PaymentProvider, PaymentProviders, Unpaid } from './payment-provider.ts';
import { digestOf, EventClosed } from './provider-events.ts';
import { type SettlementStores, settlePayment } from './settle-payment.ts';
import { carryOutClaims } from './take-back.ts';

export type SweepStores = SettlementStores & { providers: PaymentProviders };

/** What became of one order: `unpaid` stays as it was for now, `changed` was dealt with elsewhere meanwhile. */
type LookedUp = 'credited' | 'expired' | 'unpaid' | 'changed';

export type SweepReport = Record<LookedUp | 'failed', number> & {
  /** Whether every order that was due was looked at; if not, the next run goes on. */
  complete: boolean;
};

/** So many orders are asked about at once: far below the strictest limit, Stripe's 100 reads a second (https://docs.stripe.com/rate-limits). */
const ordersAtOnce = 10;

/**
 * Two calls to a provider, which are answered by their second attempts at the sweep's time-out, and the writes after them;
 * no page is begun with less time left.
 */
const reserveMilliseconds = 25_000;

/**
 * Asks each provider about its orders that are due: nothing depends on webhooks alone. An order whose look-up fails stays due
 * for the next run and holds up no other.
 */
export async function sweepRecharges(
  stores: SweepStores,
  { now, remainingMilliseconds }: JobRun,
): Promise<SweepReport> {
  const report: SweepReport = { credited: 0, expired: 0, unpaid: 0, changed: 0, failed: 0, complete: false };
  for await (const keys of dueKeys(stores.ledger, { kind: 'recharge', now, atOnce: ordersAtOnce })) {
    if (remainingMilliseconds() < reserveMilliseconds) return report;
    for (const outcome of await Promise.all(keys.map((key) => lookUpAlone(stores, key, now)))) report[outcome] += 1;
  }
  return { ...report, complete: true };
}

async function lookUpAlone(stores: SweepStores, key: Key, now: Date): Promise<LookedUp | 'failed'> {
  try {
    return await lookUp(stores, key, now);
  } catch (error) {
    count('RechargeLookUpsFailed');
    logger.error('look-up of a recharge failed', { key: key.pk, error: error as Error });
    return 'failed';
  }
}

async function lookUp(stores: SweepStores, key: Key, now: Date): Promise<LookedUp> {
  // The index lags behind the table, and says only which orders to read.
  const item = await readItem(stores.ledger, key);
  const order = item && parseRecharge(item);
  if (order?.dueAt === undefined || order.dueAt > now.toISOString()) return 'changed';
  if (order.state === 'paid') {
    // Whoever credited it died before the claims were seen to that had come before the payment.
    await carryOutClaims(stores.ledger, order.rechargeId, now);
    return 'changed';
  }
  const provider = await connectTo(stores, order);
  const payment = await conclude(stores, { provider, order, now });
  if (payment === 'refused') return 'unpaid';
  if (payment?.status === 'succeeded') {
    const settlement = await settleFound(stores, { order, payment, now });
    if (settlement !== 'parked') return settlement === 'credited' ? 'credited' : 'changed';
  }
  const unpaid = { status: payment?.status, waitsToBeTaken: provider.waitsToBeTaken ?? false };
  return reschedule(stores.ledger, { order, now }, planUnpaid(order, unpaid, now));
}

async function connectTo({ providers }: SweepStores, { provider }: Recharge): Promise<PaymentProvider> {
  const connect = providers[provider];
  if (!connect) throw new Error(`Nobody told this function how to reach ${provider}.`);
  return connect();
}

/**
 * How the payment of an order stands, after what is for us to do at the provider: to take what the buyer has agreed to, and
 * to cancel what nobody is to pay any more.
 */
async function conclude(
  stores: SweepStores,
  { provider, order, now }: { provider: PaymentProvider; order: Recharge; now: Date },
): Promise<Payment | Unpaid | 'refused' | undefined> {
  const found = await provider.find(order);
  if (found?.status === 'agreed') return (await admitPayment(stores, order, now)) ? found.take() : 'refused';
  if (found?.status === 'open' && isOverAt(order, now)) return provider.cancel?.(order) ?? found;
  return found;
}

/** A look-up stands for the event that did not come; its id is made from the payment, so it has one effect as well. */
async function settleFound(stores: SweepStores, found: { order: Recharge; payment: Payment; now: Date }) {
  const { order, payment, now } = found;
  const { rechargeId, provider } = order;
  const eventId = `lookup-${payment.paymentId}`;
  const notice = {
    provider,
    eventId,
    type: 'lookup',
    digest: digestOf(JSON.stringify(payment)),
    subject: rechargeId,
    now,
    report: JSON.stringify({ eventId, type: 'lookup', kind: 'payment_succeeded', payment }),
  };
  try {
    return await settlePayment(stores, { rechargeId, payment, notice });
  } catch (error) {
    // An operator has decided about it; a payment that the order could take by now comes by an event of its own.
    if (error instanceof EventClosed) return 'parked';
    throw error;
  }
}

async function reschedule(
  ledger: Table,
  { order, now }: { order: Recharge; now: Date },
  plan: UnpaidPlan,
): Promise<LookedUp> {
  const { expires, givesBack, dueAt } = plan;
  if (order.state !== 'expired' && (expires || dueAt === undefined)) {
    const hasExpired = await expireRecharge(ledger, order, { givesBack, now, ...(dueAt !== undefined && { dueAt }) });
    return hasExpired ? 'expired' : 'changed';
  }
  const { applied } = await updateIf(ledger, postponeOrder(order, dueAt));
  return applied ? 'unpaid' : 'changed';
}
