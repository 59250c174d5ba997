import * as z from 'zod/mini';
import { PurchaseLine, type Recharge } from '../store/items/recharge.ts';
import { purchasesOf } from '../store/keys.ts';
import { queryAll } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { findRecharge } from './find-recharge.ts';

/**
 * How many of the coins that an order brought are still there, and how many coins of later purchases were spent already:
 * bought coins are spent first in, first out, so what is left in `paid` belongs to the latest purchases. Nothing is kept for
 * this when a gift is sent.
 *
 * It holds as long as the wallet stays at the version at which `paid` was read: whatever changes a purchase changes its
 * wallet as well.
 */
export async function placeOf(
  ledger: Table,
  order: Recharge,
  paid: number,
): Promise<{ unspentCoins: number; laterSpentCoins: number }> {
  let left = paid;
  let laterSpentCoins = 0;
  for await (const { rechargeId, inPaid = 0 } of latestPurchases(ledger, order.userId)) {
    const unspent = Math.min(left, inPaid);
    if (rechargeId === order.rechargeId) return { unspentCoins: unspent, laterSpentCoins };
    left -= unspent;
    laterSpentCoins += inPaid - unspent;
  }
  return { unspentCoins: 0, laterSpentCoins };
}

/** One after the other, because mostly the first few tell. */
async function* latestPurchases(ledger: Table, userId: string): AsyncGenerator<Recharge> {
  const { pk, prefix } = purchasesOf(userId);
  const lines = queryAll(ledger, {
    KeyConditionExpression: 'pk = :wallet AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':wallet': pk, ':prefix': prefix },
    ScanIndexForward: false,
    ConsistentRead: true,
  });
  for await (const line of lines) {
    const { rechargeId } = z.parse(PurchaseLine, line);
    const order = await findRecharge(ledger, rechargeId);
    if (!order) throw new Error(`The purchase ${rechargeId} of ${userId} has no order.`);
    yield order;
  }
}
