import type { Day } from '../calendar.ts';
import { readShards } from '../earnings/read-shards.ts';
import { type Creator, type CreatorShard, parseCreator } from '../store/items/creator.ts';
import { creatorKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { foldOldestDays, hasManyMaturedDays, payableOf } from './take-diamonds.ts';

/** A creator and all the diamonds, as they were read; a write made from this carries the conditions that it is still so. */
export type PayableCreator = {
  creator: Creator;
  shards: CreatorShard[];
  /** What may be withdrawn, in milli-diamonds: what is available, and the days that have matured, less what the creator owes. */
  payable: number;
  /** What the creator owes for gifts that were taken back, in milli-diamonds; `payable` is without it. */
  owed: number;
};

/** Reads a creator with every shard; nothing when there is no such creator. */
export async function readPayableCreator(
  ledger: Table,
  creatorId: string,
  today: Day,
): Promise<PayableCreator | undefined> {
  const item = await readItem(ledger, creatorKey(creatorId));
  if (!item) return undefined;
  const shards = await readFoldedShards(ledger, creatorId, today);
  const owed = shards.reduce((sum, shard) => sum + shard.owed, 0);
  const there = shards.reduce((sum, shard) => sum + payableOf(shard, today), 0);
  return { creator: parseCreator(item), shards, payable: Math.max(0, there - owed), owed };
}

/** The shards, none of which has more matured days than one write can fold. */
export async function readFoldedShards(ledger: Table, creatorId: string, today: Day): Promise<CreatorShard[]> {
  for (;;) {
    const shards = await readShards(ledger, creatorId);
    const overgrown = shards.filter((shard) => hasManyMaturedDays(shard, today));
    if (overgrown.length === 0) return shards;
    await Promise.all(overgrown.map((shard) => foldOldestDays(ledger, shard, today)));
  }
}
