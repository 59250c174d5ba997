import type { ProviderName } from '../providers/payment.ts';
import type { Recharge } from '../store/items/recharge.ts';
import { parseUser } from '../store/items/user.ts';
import { userKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { findRecharge } from './find-recharge.ts';
import { orderOfPayment } from './payment-pointers.ts';
import { ignoreEvent, type Seen } from './provider-events.ts';

type Asked = { provider: ProviderName; paymentId: string; notice: Seen };

/**
 * The order about whose use a store asks because its buyer wants the money back, if its buyer has consented to that being
 * told. A request that is not answered is kept as ignored: the store decides by itself, within a day, so that there is
 * nothing that an operator could still do about it. A purchase that nobody knows is parked when it is told itself.
 */
export async function orderToTellOf(
  ledger: Table,
  { provider, paymentId, notice }: Asked,
): Promise<Recharge | undefined> {
  const rechargeId = notice.subject ?? (await orderOfPayment(ledger, { provider, paymentId }));
  const order = rechargeId === undefined ? undefined : await findRecharge(ledger, rechargeId);
  const reason = await whyNot(ledger, order, paymentId);
  if (reason === undefined) return order;
  await ignoreEvent(ledger, notice, reason);
  return undefined;
}

async function whyNot(ledger: Table, order: Recharge | undefined, paymentId: string): Promise<string | undefined> {
  if (!order) return 'recharge_unknown';
  if (order.paymentId !== undefined && order.paymentId !== paymentId) return 'payment_differs';
  return (await hasConsented(ledger, order.userId)) ? undefined : 'no_consent';
}

/** Whether a buyer agreed to stores being told how much of a purchase was used. */
export async function hasConsented(ledger: Table, userId: string): Promise<boolean> {
  const item = await readItem(ledger, userKey(userId));
  return item !== undefined && parseUser(item).refundDataConsent === true;
}
