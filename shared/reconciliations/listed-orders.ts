import { isAwaitedInList } from '../recharges/awaited-in-list.ts';
import type { Recharge } from '../store/items/recharge.ts';
import { rechargeKey } from '../store/keys.ts';
import type { Table } from '../store/table.ts';
import { updateIf, type Write } from '../store/write.ts';

/**
 * Keeps in which line of its provider's list a paid order was found first; it is waited for no longer. An order that
 * somebody changes at the same moment stays awaited, and is then asked about by itself.
 */
export async function markListed(ledger: Table, order: Recharge, lineId: string): Promise<void> {
  const { rechargeId, dueBucket, listedAs } = order;
  const awaited = isAwaitedInList(order);
  if (order.state !== 'paid' || (listedAs !== undefined && !awaited)) return;
  await updateIf(ledger, {
    Key: rechargeKey(rechargeId),
    ConditionExpression: awaited ? 'dueBucket = :bucket' : 'attribute_exists(pk)',
    UpdateExpression: `SET listedAs = if_not_exists(listedAs, :line)${awaited ? ' REMOVE dueBucket, dueAt' : ''}`,
    ExpressionAttributeValues: { ':line': lineId, ...(awaited && { ':bucket': dueBucket }) },
  });
}

/** The order was asked about by itself, and is waited for no longer. */
export function stopAwaiting({ rechargeId, dueBucket }: Recharge): Write<'order'> {
  return {
    update: {
      Key: rechargeKey(rechargeId),
      ConditionExpression: 'dueBucket = :bucket',
      UpdateExpression: 'REMOVE dueBucket, dueAt',
      ExpressionAttributeValues: { ':bucket': dueBucket },
    },
    failure: () => 'order',
  };
}
