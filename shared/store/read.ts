import { BatchGetCommand, GetCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { Contention, pauseBefore, writeAttempts } from './contention.ts';
import type { Key } from './keys.ts';
import type { Item, Table } from './table.ts';

/** The item as it stands now (strongly consistent), or nothing. */
export async function readItem(table: Table, key: Key): Promise<Item | undefined> {
  const { Item: item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true }),
  );
  return item;
}

/** DynamoDB's limit for one BatchGetItem. */
const keysPerBatch = 100;

/**
 * Those of the keys' items that exist, in no order. Strongly consistent; where it is enough to be right a moment later, half as
 * dear, and a hot item can be read twice as often.
 */
export async function readItems(table: Table, keys: Key[], { isConsistent = true } = {}): Promise<Item[]> {
  const found: Item[] = [];
  for (let start = 0; start < keys.length; start += keysPerBatch) {
    let open: Key[] = keys.slice(start, start + keysPerBatch);
    for (let attempt = 1; open.length > 0; attempt++) {
      const { Responses, UnprocessedKeys } = await table.client.send(
        new BatchGetCommand({ RequestItems: { [table.name]: { Keys: open, ConsistentRead: isConsistent } } }),
      );
      found.push(...(Responses?.[table.name] ?? []));
      open = (UnprocessedKeys?.[table.name]?.Keys ?? []) as Key[];
      if (open.length === 0) break;
      if (attempt >= writeAttempts) throw new Contention('A batch of reads was throttled on every attempt.');
      await pauseBefore(attempt);
    }
  }
  return found;
}

/** One page of a query: at most `limit` items, and whether more follow. */
export async function queryPage(
  table: Table,
  query: Omit<QueryCommandInput, 'TableName'>,
): Promise<{ items: Item[]; lastKey: Record<string, unknown> | undefined }> {
  const { Items, LastEvaluatedKey } = await table.client.send(new QueryCommand({ ...query, TableName: table.name }));
  return { items: Items ?? [], lastKey: LastEvaluatedKey };
}

/** The first `count` items of a query, however many pages they take: a page ends after 1 MB, whatever was asked for. */
export async function queryUpTo(
  table: Table,
  query: Omit<QueryCommandInput, 'TableName' | 'Limit'>,
  count: number,
): Promise<Item[]> {
  const items: Item[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const page = await queryPage(table, {
      ...query,
      Limit: count - items.length,
      ...(from && { ExclusiveStartKey: from }),
    });
    items.push(...page.items);
    from = page.lastKey;
  } while (from && items.length < count);
  return items;
}

/** All items of a query, page after page. For partitions that stay small. */
export async function* queryAll(table: Table, query: Omit<QueryCommandInput, 'TableName'>): AsyncGenerator<Item> {
  let from: Record<string, unknown> | undefined;
  do {
    const page = await queryPage(table, { ...query, ...(from && { ExclusiveStartKey: from }) });
    yield* page.items;
    from = page.lastKey;
  } while (from);
}
