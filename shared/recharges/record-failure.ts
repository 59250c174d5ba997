import { isAppStore, type Payment } from '../providers/payment.ts';
import type { Table } from '../store/table.ts';
import { transact } from '../store/write.ts';
import { findRecharge } from './find-recharge.ts';
import { disagreementOf } from './judge-payment.ts';
import { failOrder } from './order-updates.ts';
import { pointToOrder } from './payment-pointers.ts';
import { appliedEvent, ignoreEvent, type Notice, parkEvent } from './provider-events.ts';

/**
 * Keeps that an attempt to pay was declined. The buyer may try again, so the order stays payable; where the order is paid
 * or expired already, a declined attempt changes nothing, in whatever order the reports arrive.
 */
export async function recordPaymentFailure(
  ledger: Table,
  { rechargeId, payment, notice }: { rechargeId: string; payment: Payment; notice: Notice },
): Promise<void> {
  const reason = disagreementOf(await findRecharge(ledger, rechargeId), payment);
  if (reason) return parkEvent(ledger, notice, reason);
  const { provider, paymentId, failureCode = 'payment_failed' } = payment;
  const isAnotherNext = isAppStore(provider);
  const remembered = isAnotherNext ? {} : { paymentId };
  const written = await transact(ledger, [
    { update: failOrder({ rechargeId, ...remembered, failure: failureCode }), failure: () => 'order' },
    // The order's payment is known from now on, to those who hear of claims as well.
    ...(isAnotherNext ? [] : [pointToOrder({ provider, paymentId, rechargeId }, () => 'payment')]),
    appliedEvent(notice, 'event'),
  ]);
  if (!written.committed) await ignoreEvent(ledger, notice, 'recharge_closed');
}
