import { type DueKind, dueBuckets, dueIndex, type Key } from './keys.ts';
import { queryPage } from './read.ts';
import type { Table } from './table.ts';
import { updateIf } from './write.ts';

type WhatIsDue = { kind: DueKind; now: Date; atOnce: number };

/**
 * The keys of everything of one kind that is due, `atOnce` at a time. The index lags behind the table and says only what to
 * read: an item may have been dealt with meanwhile. What stays due comes again in the next run and not in this one; each run
 * begins with another bucket, so that a backlog in one can't keep the others waiting for ever.
 */
export async function* dueKeys(table: Table, { kind, now, atOnce }: WhatIsDue): AsyncGenerator<Key[]> {
  for (const bucket of inTurn(dueBuckets(kind), now)) {
    let from: Record<string, unknown> | undefined;
    do {
      const { items, lastKey } = await queryPage(table, {
        IndexName: dueIndex,
        KeyConditionExpression: 'dueBucket = :bucket AND dueAt <= :now',
        ExpressionAttributeValues: { ':bucket': bucket, ':now': now.toISOString() },
        Limit: atOnce,
        ...(from && { ExclusiveStartKey: from }),
      });
      if (items.length > 0) yield items.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }));
      from = lastKey;
    } while (from);
  }
}

/**
 * Takes a due item for one sweep by moving its date on, or off the list when nothing is to come: nobody else has it then, and
 * what fails is due again later and not at once.
 */
export async function claimDue(
  table: Table,
  key: Key,
  { seen, next, now }: { seen: string | undefined; next: string | undefined; now: Date },
): Promise<boolean> {
  if (seen === undefined || seen > now.toISOString()) return false;
  const { applied } = await updateIf(table, {
    Key: key,
    ConditionExpression: 'dueAt = :seen',
    UpdateExpression: next === undefined ? 'REMOVE dueBucket, dueAt' : 'SET dueAt = :next',
    ExpressionAttributeValues: { ':seen': seen, ...(next !== undefined && { ':next': next }) },
  });
  return applied;
}

function inTurn(buckets: string[], now: Date): string[] {
  const first = Math.floor(now.getTime() / 60_000) % buckets.length;
  return [...buckets.slice(first), ...buckets.slice(0, first)];
}
