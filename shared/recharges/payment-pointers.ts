import * as z from 'zod/mini';
import { PaymentPointer } from '../store/items/recharge.ts';
import { paymentKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Item, Table } from '../store/table.ts';
import type { Write } from '../store/write.ts';

type Pointed = { provider: string; paymentId: string };

/** Makes a payment an order's own. It fails, with the pointer as it is, when the payment is another order's. */
export function pointToOrder<Failure>(
  { provider, paymentId, rechargeId }: Pointed & { rechargeId: string },
  failure: (current: Item | undefined) => Failure,
): Write<Failure> {
  return {
    put: {
      Item: { ...paymentKey({ provider, paymentId }), rechargeId },
      ConditionExpression: 'attribute_not_exists(pk) OR rechargeId = :rechargeId',
      ExpressionAttributeValues: { ':rechargeId': rechargeId },
    },
    failure,
  };
}

/** The order that a payment is for, if it is known. */
export async function orderOfPayment(ledger: Table, payment: Pointed): Promise<string | undefined> {
  const item = await readItem(ledger, paymentKey(payment));
  return item && z.parse(PaymentPointer, item).rechargeId;
}
