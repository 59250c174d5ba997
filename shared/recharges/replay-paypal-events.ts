import type { PayPalOrders } from '../providers/paypal-orders.ts';
import { parsePaymentEvent } from '../providers/paypal-payment-events.ts';
import type { JobRun } from '../queue/scheduled-job.ts';
import type { ProviderEvent } from '../store/items/recharge.ts';
import { dueBuckets } from '../store/keys.ts';
import { receivePayPalPayment } from './receive-paypal-payment.ts';
import { type ReplaySweep, replayEvents } from './replay-events.ts';
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
  return replayEvents(stores.ledger, { buckets: dueBuckets('paypal-replay'), replay, reserveMilliseconds }, run);
}
