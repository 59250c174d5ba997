import type { PayPalOrders } from '../providers/paypal-orders.ts';
import { parsePaymentEvent } from '../providers/paypal-payment-events.ts';
import type { JobRun } from '../queue/scheduled-job.ts';
import { dueKeys } from '../store/due.ts';
import type { ProviderEvent } from '../store/items/recharge.ts';
import { receivePayPalPayment } from './receive-paypal-payment.ts';
import { type ReplaySweep, replayEvents, replaysAtOnce } from './replay-events.ts';
import type { SettlementStores } from './settle-payment.ts';

/** Five calls about a disputed payment, and the writes after them. */
const reserveMilliseconds = 20_000;

type Stores = SettlementStores & { connectOrders: () => Promise<PayPalOrders> };

/** Does again what parked events about payments mean, by what PayPal's API says now. */
export function replayPayPalEvents({ connectOrders, ...stores }: Stores, run: JobRun): Promise<ReplaySweep> {
  const replay = async ({ eventId, type, digest, trail = [], report = '' }: ProviderEvent, now: Date) => {
    const news = { eventId, type, digest, about: parsePaymentEvent(report), now, trail };
    await receivePayPalPayment({ ...stores, orders: await connectOrders() }, news);
  };
  const due = dueKeys(stores.ledger, { kind: 'paypal-replay', now: run.now, atOnce: replaysAtOnce });
  return replayEvents(stores.ledger, { due, replay, reserveMilliseconds }, run);
}
