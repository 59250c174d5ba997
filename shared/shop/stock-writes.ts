import type { GoodsOrder } from '../store/items/reservation.ts';
import type { StockLine } from '../store/items/stock.ts';
import { stockKey, stockLineKey } from '../store/shop-keys.ts';
import type { Write } from '../store/write.ts';

/** What an order does to the counters of its stock; `left` is the one that can run out. */
const movements = {
  reserved: 'SET #left = #left - :quantity, reserved = reserved + :quantity',
  sold: 'SET reserved = reserved - :quantity, sold = sold + :quantity',
  released: 'SET reserved = reserved - :quantity, #left = #left + :quantity',
} as const satisfies Record<StockLine['state'], string>;

/** Moves what an order holds of the stock: the counters, and the line that accounts for them. */
export function moveStock<Failure>(
  order: Pick<GoodsOrder, 'item' | 'userId' | 'reservationId' | 'quantity'>,
  state: StockLine['state'],
  failures: { counter: Failure; line: Failure },
): Write<Failure>[] {
  const { item, userId, reservationId, quantity } = order;
  const line: StockLine = { item, userId, reservationId, quantity, state };
  return [
    {
      update: {
        Key: stockKey(item),
        ConditionExpression: state === 'reserved' ? '#left >= :quantity' : 'reserved >= :quantity',
        UpdateExpression: movements[state],
        ...(state !== 'sold' && { ExpressionAttributeNames: { '#left': 'left' } }),
        ExpressionAttributeValues: { ':quantity': quantity },
      },
      failure: () => failures.counter,
    },
    {
      put: {
        Item: { ...stockLineKey(line), ...line },
        ...(state === 'reserved'
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: '#state = :reserved',
              ExpressionAttributeNames: { '#state': 'state' },
              ExpressionAttributeValues: { ':reserved': 'reserved' },
            }),
      },
      failure: () => failures.line,
    },
  ];
}
