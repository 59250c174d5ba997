import { mergeReport } from '../recharges/claims.ts';
import { moneyOf, type Recharge } from '../store/items/recharge.ts';
import type { ListedPayment, ListedReturn } from './provider-list.ts';

/** `unsure` is what the ordinary path of events has to look into. */
export type Judgement = 'agrees' | 'amount_differs' | 'unsure';

/** Compares a payment that the provider lists with the order that it names or is known to be for. */
export function judgeListedPayment(order: Recharge | undefined, listed: ListedPayment): Judgement {
  if (order?.state !== 'paid') return 'unsure';
  if (listed.paymentId !== undefined && listed.paymentId !== order.paymentId) return 'unsure';
  // Another line was this order's payment already: somebody may have paid twice.
  if (order.listedAs !== undefined && order.listedAs !== listed.lineId) return 'unsure';
  const { minor, currency } = moneyOf(order);
  return minor === listed.amountMinor && currency === listed.currency ? 'agrees' : 'amount_differs';
}

/** Compares money that went back with what the order's claims say. News that is older than what is known agrees with it. */
export function judgeListedReturn(order: Recharge | undefined, { claim, currency }: ListedReturn): Judgement {
  if (!order || !claim || (currency !== undefined && currency !== moneyOf(order).currency)) return 'unsure';
  const known = order.claims?.[claim.claimId];
  if (!known) return 'unsure';
  if (known.kind === claim.kind && known.state === claim.state && known.amountMinor === claim.amountMinor)
    return 'agrees';
  return mergeReport(order, { claim }).claims?.[claim.claimId] === known ? 'agrees' : 'unsure';
}
