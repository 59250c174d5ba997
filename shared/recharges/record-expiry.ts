import type { Table } from '../store/table.ts';
import { expireRecharge } from './expire-recharge.ts';
import { findRecharge } from './find-recharge.ts';
import { appliedEvent, ignoreEvent, type Notice } from './provider-events.ts';

/** Keeps that nobody can pay an order any more. Where it is paid or expired, or unknown here, that changes nothing. */
export async function recordExpiry(ledger: Table, rechargeId: string, notice: Notice): Promise<void> {
  const order = await findRecharge(ledger, rechargeId);
  const event = appliedEvent(notice, 'event' as const);
  const expired = order && (await expireRecharge(ledger, order, { givesBack: true, event, now: notice.now }));
  if (!expired) await ignoreEvent(ledger, notice, 'recharge_closed');
}
