import type { Day } from '../calendar.ts';
import { type Creator, type CreatorShard, parseCreator, parseCreatorShard } from '../store/items/creator.ts';
import { creatorKey, creatorShardKey, creatorShards } from '../store/keys.ts';
import { readItem, readItems } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { foldOldestDays, hasManyPastDays, payableOf } from './take-diamonds.ts';

/** A creator and all the diamonds, as they were read; a write made from this carries the conditions that it is still so. */
export type PayableCreator = { creator: Creator; shards: CreatorShard[]; payable: number };

/** Reads a creator with every shard. The profile comes first: whoever changes the caps or the destination changes its version. */
export async function readPayableCreator(
  ledger: Table,
  creatorId: string,
  today: Day,
): Promise<PayableCreator | undefined> {
  const item = await readItem(ledger, creatorKey(creatorId));
  if (!item) return undefined;
  const shards = await readFoldedShards(ledger, creatorId, today);
  return {
    creator: parseCreator(item),
    shards,
    payable: shards.reduce((sum, shard) => sum + payableOf(shard, today), 0),
  };
}

/** The shards with no more matured days in any of them than one write can fold. */
async function readFoldedShards(ledger: Table, creatorId: string, today: Day): Promise<CreatorShard[]> {
  for (;;) {
    const shards = (await readItems(ledger, shardKeys(creatorId))).map(parseCreatorShard);
    const overgrown = shards.filter((shard) => hasManyPastDays(shard, today));
    if (overgrown.length === 0) return shards;
    await Promise.all(overgrown.map((shard) => foldOldestDays(ledger, shard, today)));
  }
}

function shardKeys(creatorId: string) {
  return Array.from({ length: creatorShards }, (_, shard) => creatorShardKey({ creatorId, shard }));
}
