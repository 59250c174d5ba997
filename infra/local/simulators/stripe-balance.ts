import type { Records } from './record-file.ts';
import type { SimulatedCharge, SimulatedIntent } from './stripe-books.ts';
import type { SimulatedDispute, SimulatedRefund } from './stripe-claims.ts';

type Source = SimulatedCharge | SimulatedRefund | SimulatedDispute;
type Line = { id: string; payment_intent: string } & Record<string, unknown>;

/** The lines of the account's balance, oldest first, made from what moved it. */
export function balanceLines({
  charges,
  refunds,
  disputes,
}: {
  charges: Records<SimulatedCharge>;
  refunds: Records<SimulatedRefund>;
  disputes: Records<SimulatedDispute>;
}): (Line & { created: number; source: Source })[] {
  return [
    ...charges.values().map((charge) => lineOf(charge, 'charge', charge.amount)),
    ...refunds.values().map((refund) => lineOf(refund, 'refund', -refund.amount)),
    ...refunds
      .values()
      .filter(({ status }) => status === 'failed')
      .map((refund) => lineOf(refund, 'refund_failure', refund.amount)),
    ...disputes.values().map((dispute) => lineOf(dispute, 'adjustment', -dispute.amount)),
    ...disputes
      .values()
      .filter(({ status }) => status === 'won')
      .map((dispute) => lineOf(dispute, 'adjustment', dispute.amount, 'reversal')),
  ].toSorted((a, b) => a.created - b.created);
}

function lineOf(source: Source, type: string, amount: number, part = type) {
  const { id, created, currency, payment_intent } = source;
  return {
    id: `txn_${id}_${part}`,
    object: 'balance_transaction',
    amount,
    available_on: created,
    created,
    currency,
    description: null,
    exchange_rate: null,
    fee: 0,
    fee_details: [],
    net: amount,
    payment_intent,
    reporting_category: type,
    source,
    status: 'available',
    type,
  };
}

/** Stripe forgets a payment with all that belongs to it, as if it had never been. */
export function forgetPayment(
  { intents, charges }: { intents: Records<SimulatedIntent>; charges: Records<SimulatedCharge> },
  id: string,
): void {
  charges.delete(intents.get(id)?.latest_charge ?? '');
  intents.delete(id);
}
