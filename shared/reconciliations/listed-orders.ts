import type { Day } from '../calendar.ts';
import { isAwaitedInList } from '../recharges/awaited-in-list.ts';
import type { Recharge } from '../store/items/recharge.ts';
import { rechargeKey } from '../store/keys.ts';
import type { Table } from '../store/table.ts';
import { updateIf, type Write } from '../store/write.ts';
import { boundsOf } from './days.ts';

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

/** So long after its payment an order is asked about: a fault of our own, such as another account's keys, is mended by then. */
const askedAboutMilliseconds = 7 * 86_400_000;

/**
 * The order was asked about by itself at the end of a day's list, and is waited for no longer; one that the provider does
 * not have is asked about again with the next day.
 */
export function awaitNoLonger(
  { rechargeId, dueBucket, paidAt = '' }: Recharge,
  { isFound, day }: { isFound: boolean; day: Day },
): Write<'order'> {
  const { to } = boundsOf(day);
  const isOver = isFound || to.getTime() - Date.parse(paidAt) > askedAboutMilliseconds;
  const nextAt = new Date(to.getTime() + 1).toISOString();
  return {
    update: {
      Key: rechargeKey(rechargeId),
      ConditionExpression: 'dueBucket = :bucket',
      UpdateExpression: isOver ? 'REMOVE dueBucket, dueAt' : 'SET dueAt = :next',
      ExpressionAttributeValues: { ':bucket': dueBucket, ...(!isOver && { ':next': nextAt }) },
    },
    failure: () => 'order',
  };
}
