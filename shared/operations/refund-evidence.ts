import type * as z from 'zod/mini';
import { getRecharge } from '../recharges/find-recharge.ts';
import { presentedState } from '../recharges/presented-state.ts';
import { hasConsented } from '../recharges/refund-request.ts';
import { useOfCoins } from '../recharges/use-of-coins.ts';
import { isRefusal, type Refusal } from '../refusals.ts';
import { moneyOf } from '../store/items/recharge.ts';
import type { Table } from '../store/table.ts';
import type { RefundEvidenceAnswer } from './refund-evidence-routes.ts';

/** As many lines as a provider's form for evidence can hold, and more than anybody reads. */
const mostLines = 1_000;

/** What the journal knows about the use of a purchase, for those who dispute that its money goes back. */
export async function refundEvidence(
  ledger: Table,
  rechargeId: string,
): Promise<z.input<typeof RefundEvidenceAnswer> | Refusal> {
  const order = await getRecharge(ledger, rechargeId);
  if (isRefusal(order)) return order;
  const { userId, provider, paymentId, region, createdAt, paidAt, coins, bonusCoins } = order;
  const [use, mayTell] = await Promise.all([useOfCoins(ledger, order, { mostLines }), hasConsented(ledger, userId)]);
  const { minor: amount, currency } = moneyOf(order);
  const { isDelivered, consumedCoins, unusedCoins, consumedMilliPercent, gifts, purchases, isCut } = use;
  return {
    ...{ rechargeId, userId, provider, region, coins, bonusCoins },
    ...(paymentId !== undefined && { paymentId }),
    state: presentedState(order),
    price: { amount, currency },
    orderedAt: createdAt,
    delivered: isDelivered,
    ...(isDelivered && paidAt !== undefined && { deliveredAt: paidAt }),
    ...{ consumedCoins, unusedCoins },
    consumedPercent: (consumedMilliPercent / 1000).toFixed(3),
    consentsToTell: mayTell,
    gifts,
    purchases,
    more: isCut,
  };
}
