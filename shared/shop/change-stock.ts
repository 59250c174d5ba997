import { type Refusal, refuse } from '../refusals.ts';
import { parseStock, parseStockChange, type Stock, type StockChange } from '../store/items/stock.ts';
import { queryUpTo, readItem } from '../store/read.ts';
import { stockChangeKey, stockChangesOf, stockKey } from '../store/shop-keys.ts';
import type { Item, Table } from '../store/table.ts';
import { transact } from '../store/write.ts';

export type ChangeStock = Omit<StockChange, 'at'> & { now: Date };

export type StockChanged = { stock: Stock; replayed: boolean };

type Failure = { already: StockChange } | 'too_few';

/**
 * Adds to a stock, or takes from what is left of it, once per key. The change, by whom and why are kept.
 * Refusals: `idempotency_key_reused`, `state_conflict` when fewer are left than are to be taken.
 * @throws Contention when others changed the stock on every attempt.
 */
export async function changeStock(ledger: Table, command: ChangeStock): Promise<StockChanged | Refusal> {
  const { now, ...rest } = command;
  const { item, change } = rest;
  const entry: StockChange = { ...rest, at: now.toISOString() };
  const written = await transact<Failure>(ledger, [
    {
      put: { Item: { ...stockChangeKey(entry), ...entry }, ConditionExpression: 'attribute_not_exists(pk)' },
      failure: (current: Item = {}) => ({ already: parseStockChange(current) }),
    },
    {
      update: {
        Key: stockKey(item),
        UpdateExpression:
          'SET #item = :item, sold = if_not_exists(sold, :zero), reserved = if_not_exists(reserved, :zero), ' +
          'stocked = if_not_exists(stocked, :zero) + :change, #left = if_not_exists(#left, :zero) + :change',
        ConditionExpression: change < 0 ? '#left >= :taken' : 'attribute_not_exists(#left) OR #left >= :zero',
        ExpressionAttributeNames: { '#item': 'item', '#left': 'left' },
        ExpressionAttributeValues: {
          ':item': item,
          ':change': change,
          ':zero': 0,
          ...(change < 0 && { ':taken': -change }),
        },
      },
      failure: () => 'too_few',
    },
  ]);
  const failure = written.committed ? undefined : written.failures.find((found) => found !== 'too_few');
  if (failure) {
    const { already } = failure;
    if (already.change !== change || already.reason !== command.reason) return keyReused(command);
    return { stock: await readStock(ledger, item), replayed: true };
  }
  if (!written.committed)
    return refuse('state_conflict', `Fewer than ${-change} of ${item} are left: what is reserved or sold stays.`, {
      item,
    });
  return { stock: await readStock(ledger, item), replayed: false };
}

function keyReused({ changeId }: ChangeStock): Refusal {
  return refuse(
    'idempotency_key_reused',
    'The Idempotency-Key belongs to another change of this stock: use a new key for a new change.',
    { changeId },
  );
}

/** A stock that nobody has filled yet is empty. */
async function readStock(ledger: Table, item: string): Promise<Stock> {
  const found = await readItem(ledger, stockKey(item));
  return found ? parseStock(found) : { item, stocked: 0, reserved: 0, sold: 0, left: 0 };
}

const changesShown = 50;

/** The counters of a stock, and the latest of its changes. */
export async function showStock(ledger: Table, item: string): Promise<Stock & { changes: StockChange[] }> {
  const { pk, prefix } = stockChangesOf(item);
  const query = {
    KeyConditionExpression: 'pk = :stock AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':stock': pk, ':prefix': prefix },
    ScanIndexForward: false,
    ConsistentRead: true,
  };
  const [stock, changes] = await Promise.all([readStock(ledger, item), queryUpTo(ledger, query, changesShown)]);
  return { ...stock, changes: changes.map(parseStockChange) };
}
