import type { Day } from '../calendar.ts';
import type { Payment } from '../providers/payment.ts';
import { isAwaitedInList } from '../recharges/awaited-in-list.ts';
import type { Unpaid } from '../recharges/payment-provider.ts';
import { moneyOf, parseRecharge, type Recharge } from '../store/items/recharge.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { boundsOf } from './days.ts';
import type { ProviderList } from './provider-list.ts';
import type { Finding } from './tally.ts';

/** The orders, some at a time, that a provider's lists up to the end of the day should have had and had not. */
export async function* unlistedOrders(ledger: Table, list: ProviderList, day: Day): AsyncGenerator<Recharge[]> {
  for await (const keys of list.awaited(ledger, boundsOf(day).to)) {
    // The index lags behind the table, and says only which orders to read.
    const items = await Promise.all(keys.map((key) => readItem(ledger, key)));
    const orders = items.flatMap((item) => (item ? [parseRecharge(item)] : [])).filter(isAwaitedInList);
    if (orders.length > 0) yield orders;
  }
}

/** What the provider says of an order that was credited and is not in its list. */
export async function askAboutUnlisted(list: ProviderList, order: Recharge): Promise<Finding> {
  const { minor: amount, currency } = moneyOf(order);
  const found = await list.find(order);
  const finding = { movement: 'payment', currency, amount } as const;
  const { rechargeId, paymentId } = order;
  const about = { rechargeId, ...(paymentId !== undefined && { paymentId }), ledger: { amount, currency } };
  if (!isPaid(found) || found.paymentId !== paymentId) {
    const reason = found?.status ?? 'not_found';
    return { ...finding, outcome: 'differed', difference: { ...about, kind: 'credited_not_paid', reason } };
  }
  const listed = { amount: found.amountReceivedMinor, currency: found.currency };
  if (listed.amount === amount && listed.currency === currency) return { ...finding, outcome: 'unlisted' };
  return { ...finding, outcome: 'differed', difference: { ...about, kind: 'amount_differs', listed } };
}

function isPaid(found: Payment | Unpaid | undefined): found is Payment {
  return found?.status === 'succeeded';
}
