import type { AppleVerifier } from '../providers/apple-signed-data.ts';
import { type AppleTransaction, paymentOf, readAppleTransaction, refundOf } from '../providers/apple-transaction.ts';
import { WebhookRejected } from '../providers/webhook-rejected.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import type { Recharge } from '../store/items/recharge.ts';
import { getRecharge } from './find-recharge.ts';
import { disagreementOfPaid } from './judge-payment.ts';
import { digestOf } from './provider-events.ts';
import { receiveReport } from './receive-report.ts';
import type { SettlementStores } from './settle-payment.ts';

export type AppleReceipt = { rechargeId: string; signedTransaction: string; now: Date };

/**
 * Takes the transaction that the App Store gave to the app, so that nobody waits for the notification. It credits the
 * order that the buyer's device named when it bought, once: whoever sends it, and whatever they send it for.
 * Refusals in this order: `recharge_not_found`, `receipt_rejected`.
 */
export async function receiveAppleTransaction(
  { verifier, ...stores }: SettlementStores & { verifier: AppleVerifier },
  { rechargeId, signedTransaction, now }: AppleReceipt,
): Promise<Recharge | Refusal> {
  const order = await getRecharge(stores.ledger, rechargeId);
  if (isRefusal(order)) return order;
  const transaction = await readReceipt(verifier, signedTransaction);
  if (isRefusal(transaction)) return transaction;
  const payment = paymentOf(transaction);
  // The one that it does pay is not told, and is none of the sender's concern; its notification pays it.
  if (payment.rechargeId !== rechargeId) return rejected('recharge_differs');
  const { paymentId } = payment;
  const origin = { provider: 'apple', digest: digestOf(signedTransaction), now } as const;
  await receiveReport(
    stores,
    { eventId: `transaction-${paymentId}`, type: 'transaction', kind: 'payment_succeeded', payment },
    origin,
  );
  const { revocationDate } = transaction;
  if (revocationDate !== undefined) {
    const refund = refundOf(transaction, { state: 'succeeded', signedAt: new Date(revocationDate) });
    const eventId = `transaction-${paymentId}-revoked-${revocationDate}`;
    await receiveReport(stores, { eventId, type: 'transaction', kind: 'claim', ...refund }, origin);
  }
  return settled(await getRecharge(stores.ledger, rechargeId), payment);
}

async function readReceipt(verifier: AppleVerifier, signedTransaction: string): Promise<AppleTransaction | Refusal> {
  try {
    const decoded = await verifier.transaction(signedTransaction);
    return readable(() => readAppleTransaction(decoded)) ?? rejected('product_differs');
  } catch (error) {
    if (error instanceof WebhookRejected) return rejected(error.reason);
    throw error;
  }
}

function readable<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new WebhookRejected('malformed', 'it does not have the shape of a transaction', { cause: error });
  }
}

/** A receipt that does not agree with its order has been parked: somebody has paid, and an operator decides. */
function settled(order: Recharge | Refusal, payment: ReturnType<typeof paymentOf>): Recharge | Refusal {
  if (isRefusal(order) || (order.state === 'paid' && order.paymentId === payment.paymentId)) return order;
  return rejected(disagreementOfPaid(order, payment) ?? 'not_credited');
}

function rejected(reason: string): Refusal {
  return refuse(
    'receipt_rejected',
    'The signed transaction does not pay this recharge: send the one that StoreKit gave for its appAccountToken, unchanged.',
    { reason },
  );
}
