import { type PurchaseUse, parsePurchaseUse } from '../store/items/purchase-use.ts';
import type { Recharge } from '../store/items/recharge.ts';
import { purchaseUseKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import type { Write } from '../store/write.ts';
import { currentUse, withAmount, withoutAmount } from './purchase-use.ts';

export async function readPurchaseUse(ledger: Table, userId: string): Promise<PurchaseUse | undefined> {
  const item = await readItem(ledger, purchaseUseKey(userId));
  return item && parsePurchaseUse(item);
}

/** Writes the use if it is still at the version that it was decided from. */
export function writePurchaseUse<Failure>(userId: string, use: PurchaseUse, failure: Failure): Write<Failure> {
  return {
    put: {
      Item: { ...purchaseUseKey(userId), ...use, version: use.version + 1 },
      ...(use.version === 0
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : { ConditionExpression: 'version = :version', ExpressionAttributeValues: { ':version': use.version } }),
    },
    failure: () => failure,
  };
}

/** Takes an order that expires out of the use; no write where nothing of it is counted any more. */
export async function uncountOrder(ledger: Table, order: Recharge): Promise<Write<'use'>[]> {
  const use = withoutAmount(await readPurchaseUse(ledger, order.userId), order);
  return use ? [writePurchaseUse(order.userId, use, 'use')] : [];
}

/**
 * Counts what a payment made of an order, as far as it is not counted: all of an order that had given back its part when
 * it expired, and what the buyer took more of at an app store. Nothing is refused here, because it is paid.
 */
export async function countPayment(
  ledger: Table,
  { order, paid, now }: { order: Recharge; paid: Pick<Recharge, 'usdMinor'>; now: Date },
): Promise<Write<'use'>[]> {
  const counted = order.state === 'expired' && !order.stillCounts ? 0 : (order.usdMinor ?? 0);
  const missing = (paid.usdMinor ?? order.usdMinor ?? 0) - counted;
  if (missing === 0) return [];
  const use = currentUse(await readPurchaseUse(ledger, order.userId), now);
  return [writePurchaseUse(order.userId, withAmount(use, missing), 'use')];
}
