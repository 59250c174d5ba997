import type * as z from 'zod/mini';
import { dayOf } from '../calendar.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { formatDiamonds, worthOf } from '../money/diamonds.ts';
import { type Refusal, refuse } from '../refusals.ts';
import type { CreatorShard } from '../store/items/creator.ts';
import { creatorKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { maturedOf, readShards } from './read-shards.ts';
import type { EarningsAnswer } from './schemas.ts';

export async function getEarnings(
  { ledger, catalog }: { ledger: Table; catalog: Catalog },
  { creatorId, now }: { creatorId: string; now: Date },
): Promise<z.infer<typeof EarningsAnswer> | Refusal> {
  const [profile, shards, rates] = await Promise.all([
    readItem(ledger, creatorKey(creatorId)),
    readShards(ledger, creatorId),
    catalog.current('rates', now),
  ]);
  if (!profile) return creatorNotFound(creatorId);
  const today = dayOf(now);
  const owed = sum(shards, (shard) => shard.owed);
  const available = Math.max(0, sum(shards, (shard) => shard.available + maturedOf(shard, today)) - owed);
  const byDay = maturingByDay(shards, today);
  const { usdMinorPerDiamond, coinsPerDiamond } = rates.value;
  return {
    creatorId,
    diamonds: {
      maturing: formatDiamonds(byDay.reduce((total, [, amount]) => total + amount, 0)),
      available: formatDiamonds(available),
      held: formatDiamonds(sum(shards, ({ held }) => held)),
      paidOut: formatDiamonds(sum(shards, ({ paidOut }) => paidOut)),
      lifetime: formatDiamonds(sum(shards, ({ lifetime }) => lifetime)),
      ...(owed > 0 && { owed: formatDiamonds(owed) }),
    },
    maturingByDay: byDay.map(([availableOn, amount]) => ({ availableOn, diamonds: formatDiamonds(amount) })),
    cash: {
      available: { amount: worthOf(available), currency: 'USD' },
    },
    rate: { usdMinorPerDiamond, coinsPerDiamond, version: rates.version },
  };
}

export function creatorNotFound(creatorId: string): Refusal {
  return refuse(
    'creator_not_found',
    `There is no creator ${creatorId}: register one with PUT /v1/creators/${creatorId} first.`,
    {
      creatorId,
    },
  );
}

function maturingByDay(shards: CreatorShard[], today: string): [day: string, amount: number][] {
  const byDay = new Map<string, number>();
  for (const { maturing } of shards)
    for (const [day, amount] of Object.entries(maturing))
      if (day > today) byDay.set(day, (byDay.get(day) ?? 0) + amount);
  return [...byDay].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function sum(shards: CreatorShard[], amountOf: (shard: CreatorShard) => number): number {
  return shards.reduce((total, shard) => total + amountOf(shard), 0);
}
