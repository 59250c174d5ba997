import type { Day } from '../calendar.ts';
import { type CreatorShard, maturingPrefix } from '../store/items/creator.ts';
import { creatorShardKey } from '../store/keys.ts';
import type { Table } from '../store/table.ts';
import { updateIf, type Write } from '../store/write.ts';

/**
 * How many matured days one write folds. Each adds some 30 bytes to its expressions, which DynamoDB limits to 4 KB, and
 * two operators, which it limits to 300.
 */
const daysPerFold = 50;

/** What is taken from one shard, and from which of its parts. */
export type Take = {
  shard: CreatorShard;
  milliDiamonds: number;
  /** Days before today, which nobody adds to any more: they move into `available` whole, and what is taken comes from there. */
  foldedDays: [Day, number][];
  /** The part that comes from today's diamonds, which gifts may still be adding to. */
  fromToday: number;
};

/** What a creator may withdraw from a shard: everything but the days after today. */
export function payableOf({ available, maturing }: CreatorShard, today: Day): number {
  return Object.entries(maturing).reduce((sum, [day, amount]) => (day <= today ? sum + amount : sum), available);
}

/** Takes an amount, which is there, from the fullest shards first: few shards, and few conflicts with credits. */
export function planTakes(shards: CreatorShard[], { amount, today }: { amount: number; today: Day }): Take[] {
  const fullestFirst = shards
    .map((shard) => ({ shard, payable: payableOf(shard, today) }))
    .toSorted((a, b) => b.payable - a.payable);
  const takes: Take[] = [];
  let open = amount;
  for (const { shard, payable } of fullestFirst) {
    if (open === 0) return takes;
    const milliDiamonds = Math.min(open, payable);
    open -= milliDiamonds;
    const foldedDays = pastDays(shard, today);
    const folded = foldedDays.reduce((sum, [, amount]) => sum + amount, 0);
    takes.push({ shard, milliDiamonds, foldedDays, fromToday: Math.max(0, milliDiamonds - shard.available - folded) });
  }
  if (open > 0) throw new RangeError(`The shards hold ${open} milli-diamonds less than is to be taken.`);
  return takes;
}

/** Takes from one shard, if what was seen there is still there; `held` is added where the creator's held diamonds are kept. */
export function takeFromShard<Failure>(
  { take, today, held }: { take: Take; today: Day; held: number },
  failure: () => Failure,
): Write<Failure> {
  const { shard, milliDiamonds, foldedDays, fromToday } = take;
  const fold = foldExpressions(foldedDays);
  const change = fold.total - (milliDiamonds - fromToday);
  const conditions = [...fold.conditions];
  const assignments = [
    'creatorId = :creatorId',
    '#shard = :shard',
    'available = if_not_exists(available, :zero) + :change',
  ];
  const names: Record<string, string> = { ...fold.names, '#shard': 'shard' };
  const values: Record<string, unknown> = {
    ...fold.values,
    ':creatorId': shard.creatorId,
    ':shard': shard.shard,
    ':zero': 0,
    ':change': change,
  };
  if (change < 0) {
    conditions.push('available >= :fromAvailable');
    values[':fromAvailable'] = -change;
  }
  if (fromToday > 0) {
    conditions.push('#today >= :fromToday');
    assignments.push('#today = #today - :fromToday');
    names['#today'] = maturingPrefix + today;
    values[':fromToday'] = fromToday;
  }
  if (held > 0) {
    assignments.push('held = if_not_exists(held, :zero) + :held');
    values[':held'] = held;
  }
  return {
    update: {
      Key: creatorShardKey(shard),
      UpdateExpression: `SET ${assignments.join(', ')}${fold.removal}`,
      ...(conditions.length > 0 && { ConditionExpression: conditions.join(' AND ') }),
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    },
    failure,
  };
}

/** Whether a shard has more matured days than one write can fold. */
export function hasManyPastDays(shard: CreatorShard, today: Day): boolean {
  return pastDays(shard, today).length > daysPerFold;
}

/** Moves the oldest matured days into `available`. Nothing changes hands, so a write that meets a change just leaves it. */
export async function foldOldestDays(ledger: Table, shard: CreatorShard, today: Day): Promise<void> {
  const fold = foldExpressions(pastDays(shard, today).slice(0, daysPerFold));
  await updateIf(ledger, {
    Key: creatorShardKey(shard),
    ConditionExpression: fold.conditions.join(' AND '),
    UpdateExpression: `SET available = if_not_exists(available, :zero) + :folded${fold.removal}`,
    ExpressionAttributeNames: fold.names,
    ExpressionAttributeValues: { ...fold.values, ':zero': 0, ':folded': fold.total },
  });
}

function pastDays({ maturing }: CreatorShard, today: Day): [Day, number][] {
  return Object.entries(maturing)
    .filter(([day]) => day < today)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function foldExpressions(days: [Day, number][]) {
  return {
    total: days.reduce((sum, [, amount]) => sum + amount, 0),
    conditions: days.map((_, position) => `#day${position} = :day${position}`),
    removal: days.length > 0 ? ` REMOVE ${days.map((_, position) => `#day${position}`).join(', ')}` : '',
    names: Object.fromEntries(days.map(([day], position) => [`#day${position}`, maturingPrefix + day])),
    values: Object.fromEntries(days.map(([, amount], position) => [`:day${position}`, amount])),
  };
}
