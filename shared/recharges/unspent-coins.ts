import * as z from 'zod/mini';
import { PurchaseLine, parseRecharge, type Recharge } from '../store/items/recharge.ts';
import { purchasesOf, rechargeKey } from '../store/keys.ts';
import { queryAll, readItems } from '../store/read.ts';
import type { Table } from '../store/table.ts';

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
  for await (const { rechargeId, inPaid = 0 } of purchasesSince(ledger, order)) {
    const unspent = Math.min(left, inPaid);
    if (rechargeId === order.rechargeId) return { unspentCoins: unspent, laterSpentCoins };
    left -= unspent;
    laterSpentCoins += inPaid - unspent;
  }
  return { unspentCoins: 0, laterSpentCoins };
}

/** As many as DynamoDB reads in one request: a buyer may have made thousands, and a webhook has seconds. */
const ordersAtOnce = 100;

/** From the wallet's latest purchase back to the one asked about; of older ones only the lines are read that came with it. */
async function* purchasesSince(ledger: Table, { userId, rechargeId }: Recharge): AsyncGenerator<Recharge> {
  const { pk, prefix } = purchasesOf(userId);
  const lines = queryAll(ledger, {
    KeyConditionExpression: 'pk = :wallet AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':wallet': pk, ':prefix': prefix },
    ScanIndexForward: false,
    ConsistentRead: true,
  });
  let ids: string[] = [];
  for await (const line of lines) {
    const purchase = z.parse(PurchaseLine, line);
    ids.push(purchase.rechargeId);
    if (purchase.rechargeId === rechargeId) break;
    if (ids.length < ordersAtOnce) continue;
    yield* await readOrders(ledger, { ids, userId });
    ids = [];
  }
  yield* await readOrders(ledger, { ids, userId });
}

/** In the order of their ids, whatever order they are read in. */
async function readOrders(ledger: Table, { ids, userId }: { ids: string[]; userId: string }): Promise<Recharge[]> {
  const orders = (await readItems(ledger, ids.map(rechargeKey))).map(parseRecharge);
  const byId = new Map(orders.map((order) => [order.rechargeId, order]));
  return ids.map((id) => {
    const order = byId.get(id);
    if (!order) throw new Error(`The purchase ${id} of ${userId} has no order.`);
    return order;
  });
}
