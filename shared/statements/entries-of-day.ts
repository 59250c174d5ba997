import { addDays, type Day, dayOf } from '../calendar.ts';
import { idsFrom, timeOfId } from '../identifiers.ts';
import { type CreatorEntry, parseCreatorEntry } from '../store/items/creator.ts';
import { creatorShardPartition, entryKeyPrefix } from '../store/keys.ts';
import { queryPage } from '../store/read.ts';
import type { Table } from '../store/table.ts';

/** Up to which entry a day is read: the shard, and the sort key in it. */
export type Place = { shard: number; after: string };

type OfDay = { creatorId: string; day: Day; shards: number[]; from?: Place | undefined };

/** The entries of one day, page by page (of 1 MB at most), shard after shard, on from a place. */
export async function* entriesOfDay(
  ledger: Table,
  { creatorId, day, shards, from }: OfDay,
): AsyncGenerator<{ entries: CreatorEntry[]; place: Place }> {
  for (const shard of shards.filter((shard) => from === undefined || shard >= from.shard)) {
    const pk = creatorShardPartition({ creatorId, shard });
    let last: Record<string, unknown> | undefined = from?.shard === shard ? { pk, sk: from.after } : undefined;
    do {
      const { items, lastKey } = await queryPage(ledger, {
        ...entriesBetween(pk, day, addDays(day, 1)),
        ...(last && { ExclusiveStartKey: last }),
      });
      last = lastKey;
      const end = items.at(-1);
      if (end) yield { entries: items.map(parseCreatorEntry), place: { shard, after: String(end.sk) } };
    } while (last);
  }
}

type Span = { creatorId: string; shards: number[]; from: Day | undefined; before: Day };

/** The first day of a span that has entries, if any has. */
export async function firstDayWithEntries(
  ledger: Table,
  { creatorId, shards, from = '1970-01-01', before }: Span,
): Promise<Day | undefined> {
  const firsts = await Promise.all(
    shards.map((shard) =>
      queryPage(ledger, { ...entriesBetween(creatorShardPartition({ creatorId, shard }), from, before), Limit: 1 }),
    ),
  );
  const days = firsts.flatMap(({ items }) =>
    items.map((item) => dayOf(new Date(timeOfId(parseCreatorEntry(item).entryId)))),
  );
  return days.toSorted()[0];
}

/** Keys sort by the moment in their id, so a day is a stretch of its partition. */
function entriesBetween(pk: string, from: Day, before: Day) {
  const bound = (day: Day) => `${entryKeyPrefix}${idsFrom(new Date(`${day}T00:00:00Z`))}`;
  return {
    KeyConditionExpression: 'pk = :shard AND sk BETWEEN :from AND :before',
    ExpressionAttributeValues: { ':shard': pk, ':from': bound(from), ':before': bound(before) },
    ConsistentRead: true,
  };
}
