import { type Page, pageOf } from '../http/page.ts';
import { formatDiamonds } from '../money/diamonds.ts';
import type { Refusal } from '../refusals.ts';
import { type CreatorEntry, parseCreatorEntry } from '../store/items/creator.ts';
import { creatorKey, creatorShardPartition, entryKeyPrefix } from '../store/keys.ts';
import { queryUpTo, readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { creatorNotFound } from './get-earnings.ts';
import { readShards } from './read-shards.ts';
import type { CreatorLine } from './schemas.ts';

/** The creator's statement, newest first, merged from the balances that exist; most creators have one. */
export async function listCreatorEntries(
  { ledger }: { ledger: Table },
  { creatorId, page }: { creatorId: string; page: Page },
): Promise<{ entries: CreatorLine[]; nextCursor?: string } | Refusal> {
  const [profile, shards] = await Promise.all([readItem(ledger, creatorKey(creatorId)), readShards(ledger, creatorId)]);
  if (!profile) return creatorNotFound(creatorId);
  const pages = await Promise.all(shards.map(({ shard }) => readEntries(ledger, { creatorId, shard }, page)));
  const newestFirst = pages.flat().toSorted((a, b) => (a.entryId < b.entryId ? 1 : -1));
  const { lines, nextCursor } = pageOf(newestFirst, page, ({ entryId }) => entryId);
  return { entries: lines.map(describeEntry), ...(nextCursor !== undefined && { nextCursor }) };
}

async function readEntries(
  ledger: Table,
  shard: { creatorId: string; shard: number },
  page: Page,
): Promise<CreatorEntry[]> {
  const query = {
    KeyConditionExpression: 'pk = :shard AND sk BETWEEN :first AND :upTo',
    ExpressionAttributeValues: {
      ':shard': creatorShardPartition(shard),
      ':first': entryKeyPrefix,
      ':upTo': `${entryKeyPrefix}${page.before ?? '~'}`,
    },
    ScanIndexForward: false,
  };
  // The bound itself comes back too, as it ended the page before; and one more tells whether a page follows.
  const items = await queryUpTo(ledger, query, page.limit + 2);
  return items.map(parseCreatorEntry).filter(({ entryId }) => entryId !== page.before);
}

const signs = {
  reversal: -1,
  reversal_undone: 1,
  credit: 1,
  payout_hold: -1,
  payout_release: 1,
  payout_paid: 0,
  payout_returned: 1,
} as const;

function describeEntry(entry: CreatorEntry): CreatorLine {
  const { entryId, flow, at } = entry;
  const line = { entryId, type: flow, at, diamonds: formatDiamonds(signs[flow] * entry.amounts.milliDiamonds) };
  if ('giftId' in entry) {
    const { owedMilliDiamonds: owed } = entry.amounts;
    return { ...line, giftId: entry.giftId, ...(owed > 0 && { owedDiamonds: formatDiamonds(owed) }) };
  }
  if (flow !== 'credit') return { ...line, payoutId: entry.payoutId };
  const gifts = entry.gifts.map(({ milliDiamonds, context = 0, ...gift }) => ({
    ...gift,
    diamonds: formatDiamonds(milliDiamonds),
    ...(entry.contexts?.[context] && { context: entry.contexts[context] }),
  }));
  return { ...line, gifts };
}
