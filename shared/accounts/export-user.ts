import * as z from 'zod/mini';
import { type Refusal, refuse } from '../refusals.ts';
import { parseWallet } from '../store/items/wallet.ts';
import { headKey, walletKey, walletKeyPrefix } from '../store/keys.ts';
import { queryPage, readItem, readItems } from '../store/read.ts';
import type { Item, Table } from '../store/table.ts';
import { userNotFound } from '../users/get-wallet.ts';
import { creatorPartitions, kindOf, pointedTo, userPartitions } from './export-sections.ts';
import { ownedCreators } from './owned-creators.ts';

type ExportedItem = { kind: string; data: Record<string, unknown> };
export type ExportPage = { items: ExportedItem[]; nextCursor?: string };

export type ExportUser = { userId: string; limit: number; cursor: string | undefined };

/** Which partition comes next, and after which sort key in it. */
const Cursor = z.object({ pk: z.string(), after: z.optional(z.string()) });

/**
 * Everything that is kept under a user's id, page by page: all items of the partitions that are the user's own, with the orders and payouts that
 * they name, and those of the user's creators. A page may be shorter than asked for, or longer by what its lines name; the last one has no cursor.
 */
export async function exportUser(ledger: Table, { userId, limit, cursor }: ExportUser): Promise<ExportPage | Refusal> {
  if (!(await readItem(ledger, walletKey(userId)))) return userNotFound(userId);
  const creators = await ownedCreators(ledger, userId);
  const partitions = [...userPartitions(userId), ...creators.flatMap(creatorPartitions)];
  const from = cursor === undefined ? { pk: partitions[0], after: undefined } : readCursor(cursor);
  let position = partitions.indexOf(from?.pk ?? '');
  if (position < 0)
    return refuse(
      'malformed_request',
      'The cursor is not one of ours: use the nextCursor of the page before, unchanged.',
    );
  let after = from?.after;
  const found: Item[] = [];
  while (position < partitions.length && found.length < limit) {
    const page = await readFrom(ledger, { pk: partitions[position] as string, after, limit: limit - found.length });
    found.push(...page.items);
    after = page.last;
    if (after === undefined) position += 1;
  }
  const pk = partitions[position];
  return {
    items: (await withNamed(ledger, found)).map(present),
    ...(pk !== undefined && { nextCursor: writeCursor({ pk, ...(after !== undefined && { after }) }) }),
  };
}

async function readFrom(
  ledger: Table,
  { pk, after, limit }: { pk: string; after: string | undefined; limit: number },
): Promise<{ items: Item[]; last: string | undefined }> {
  const { items, lastKey } = await queryPage(ledger, {
    KeyConditionExpression: 'pk = :partition',
    ExpressionAttributeValues: { ':partition': pk },
    ConsistentRead: true,
    Limit: limit,
    ...(after !== undefined && { ExclusiveStartKey: { pk, sk: after } }),
  });
  return { items, last: lastKey && String(lastKey.sk) };
}

async function withNamed(ledger: Table, found: Item[]): Promise<Item[]> {
  return [...found, ...(await readItems(ledger, found.flatMap(pointedTo)))];
}

/** How an item is stored is nobody's business: keys, and what sweeps find it by, are left out. */
function present(item: Item): ExportedItem {
  const isWallet = String(item.pk).startsWith(walletKeyPrefix) && item.sk === headKey;
  const {
    pk: _pk,
    sk: _sk,
    dueBucket: _bucket,
    dueAt: _due,
    ...data
  } = isWallet ? { ...item, outbox: parseWallet(item).outbox } : item;
  return { kind: kindOf(item), data };
}

function writeCursor(cursor: z.infer<typeof Cursor>): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

function readCursor(text: string): z.infer<typeof Cursor> | undefined {
  try {
    const parsed = z.safeParse(Cursor, JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
