import * as z from 'zod/mini';
import { readScores } from '../leaderboards/read-board.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { boardName } from '../store/board-keys.ts';
import { parseWallet } from '../store/items/wallet.ts';
import { headKey, type Key, walletKey, walletKeyPrefix } from '../store/keys.ts';
import { queryPage, readItem, readItems } from '../store/read.ts';
import { codeBatches } from '../store/shop-keys.ts';
import type { Item, Table } from '../store/table.ts';
import { userNotFound } from '../users/get-wallet.ts';
import { batchesOf, boardsNamedBy, creatorPartitions, kindOf, pointedTo, userPartitions } from './export-sections.ts';
import { ownedCreators } from './owned-creators.ts';

type ExportedItem = { kind: string; data: Record<string, unknown> };
export type ExportPage = { items: ExportedItem[]; nextCursor?: string };

export type ExportUser = { userId: string; limit: number; cursor: string | undefined };

export type ExportStores = { ledger: Table; boards: Table };

/** Which partition comes next, and after which sort key in it. */
const Cursor = z.object({ pk: z.string(), after: z.optional(z.string()) });

/**
 * Everything that is kept under a user's id, page by page: all items of the partitions that are the user's own, with the orders and payouts that
 * they name, what the user takes of campaigns, stocks and leaderboards, and those of the user's creators. A page may be shorter than asked for, or longer by what its lines name and by codes; the last one has no cursor.
 */
export async function exportUser(
  stores: ExportStores,
  { userId, limit, cursor }: ExportUser,
): Promise<ExportPage | Refusal> {
  const { ledger } = stores;
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
    const page = await readFrom(ledger, {
      ...{ pk: partitions[position] as string, after, limit: limit - found.length, userId },
    });
    found.push(...page.items);
    after = page.last;
    if (after === undefined) position += 1;
  }
  const pk = partitions[position];
  return {
    items: [...(await withNamed(ledger, found)).map(present), ...(await scoresOn(stores, userId, found))],
    ...(pk !== undefined && { nextCursor: writeCursor({ pk, ...(after !== undefined && { after }) }) }),
  };
}

/** Of these few are the user's own: some 300 kB. */
const batchesAtOnce = 1_000;

async function readFrom(
  ledger: Table,
  { pk, after, limit, userId }: { pk: string; after: string | undefined; limit: number; userId: string },
): Promise<{ items: Item[]; last: string | undefined }> {
  const isOthersToo = pk === codeBatches().pk;
  const own = isOthersToo ? batchesOf(userId) : { filter: {}, values: {} };
  const { items, lastKey } = await queryPage(ledger, {
    KeyConditionExpression: 'pk = :partition',
    ...own.filter,
    ExpressionAttributeValues: { ':partition': pk, ...own.values },
    ConsistentRead: true,
    // The limit counts what is passed over as well.
    Limit: isOthersToo ? batchesAtOnce : limit,
    ...(after !== undefined && { ExclusiveStartKey: { pk, sk: after } }),
  });
  return { items, last: lastKey && String(lastKey.sk) };
}

/** Two steps: what the user's items name, and what that names. What several pages name is on each. */
async function withNamed(ledger: Table, found: Item[]): Promise<Item[]> {
  const named = await readItems(ledger, once(found.flatMap(pointedTo)));
  const further = await readItems(ledger, once(named.flatMap(pointedTo)));
  return [...found, ...named, ...further];
}

function once(keys: Key[]): Key[] {
  return [...new Map(keys.map((key) => [`${key.pk} ${key.sk}`, key])).values()];
}

/** What the user has on the leaderboards that gifts on this page count for. */
async function scoresOn({ boards }: ExportStores, userId: string, found: Item[]): Promise<ExportedItem[]> {
  const named = new Map(found.flatMap(boardsNamedBy).map((board) => [boardName(board), board]));
  const scores = await readScores(boards, { userId, boards: [...named.values()] });
  return scores.map(({ board, coins }) => ({ kind: 'leaderboard_score', data: { ...board, coins } }));
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
