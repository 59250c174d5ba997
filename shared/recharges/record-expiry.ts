import type { Table } from '../store/table.ts';
import { transact } from '../store/write.ts';
import { expireOrder } from './order-updates.ts';
import { appliedEvent, ignoreEvent, type Notice } from './provider-events.ts';

/** Keeps that nobody can pay an order any more. Where it is paid, or unknown here, that changes nothing. */
export async function recordExpiry(ledger: Table, rechargeId: string, notice: Notice): Promise<void> {
  const written = await transact(ledger, [
    { update: expireOrder({ rechargeId }), failure: () => 'order' },
    appliedEvent(notice, 'event'),
  ]);
  if (!written.committed) await ignoreEvent(ledger, notice, 'recharge_closed');
}
