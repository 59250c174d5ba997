import type { Day } from '../calendar.ts';
import { type CreatorShard, parseCreatorShard } from '../store/items/creator.ts';
import { creatorShardKey, creatorShards } from '../store/keys.ts';
import { readItems } from '../store/read.ts';
import type { Table } from '../store/table.ts';

/** All of a creator's balances that exist, in one batch of reads. Each is consistent in itself; together they are not a snapshot. */
export async function readShards(ledger: Table, creatorId: string): Promise<CreatorShard[]> {
  const keys = Array.from({ length: creatorShards }, (_, shard) => creatorShardKey({ creatorId, shard }));
  return (await readItems(ledger, keys)).map(parseCreatorShard).toSorted((a, b) => a.shard - b.shard);
}

/** What a balance holds that has matured by `today` but is still kept by its day, in milli-diamonds. */
export function maturedOf({ maturing }: CreatorShard, today: Day): number {
  return Object.entries(maturing)
    .filter(([day]) => day <= today)
    .reduce((sum, [, amount]) => sum + amount, 0);
}
