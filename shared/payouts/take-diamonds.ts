import type { Day } from '../calendar.ts';
import { maturedOf } from '../earnings/read-shards.ts';
import { type CreatorShard, maturingPrefix } from '../store/items/creator.ts';
import { creatorShardKey } from '../store/keys.ts';
import type { Table } from '../store/table.ts';
import { updateIf, type Write } from '../store/write.ts';

/**
 * How many matured days one write folds. Each adds some 30 bytes to its expressions, which DynamoDB limits to 4 KB, and
 * two operators, which it limits to 300.
 */
const daysPerFold = 50;

/** What is taken from one shard, whose matured days move into `available` with the same write. */
export type Take = { shard: CreatorShard; milliDiamonds: number; maturedDays: [Day, number][] };

export function payableOf(shard: CreatorShard, today: Day): number {
  return shard.available + maturedOf(shard, today);
}

/** Takes an amount, which is there, from the fullest shards first: few shards, and few conflicts with credits. */
export function planTakes(shards: CreatorShard[], { amount, today }: { amount: number; today: Day }): Take[] {
  const fullestFirst = shards
    .map((shard) => ({ shard, payable: payableOf(shard, today) }))
    .toSorted((a, b) => b.payable - a.payable);
  const takes: Take[] = [];
  let open = amount;
  for (const { shard, payable } of fullestFirst) {
    if (open === 0) break;
    const milliDiamonds = Math.min(open, payable);
    open -= milliDiamonds;
    takes.push({ shard, milliDiamonds, maturedDays: maturedDays(shard, today) });
  }
  if (open > 0) throw new RangeError(`The shards hold ${open} milli-diamonds less than is to be taken.`);
  return takes;
}

/**
 * Takes from one shard, if what was seen there is still there. Credits only add to `available` and to days to come, so they
 * get in the way of nothing here. `added` goes to what the home shard keeps for all: the diamonds held, and those owed. Nothing
 * is held when more is owed meanwhile than was seen.
 */
export function takeFromShard<Failure>(
  { shard, milliDiamonds, maturedDays }: Take,
  added: { held?: number; owed?: number },
  failure: () => Failure,
): Write<Failure> {
  const fold = foldExpressions(maturedDays);
  const change = fold.total - milliDiamonds;
  const isFromAvailable = change < 0;
  const kept = Object.entries(added).filter(([, amount]) => amount > 0);
  const isHeld = (added.held ?? 0) > 0;
  const conditions = [
    ...fold.conditions,
    ...(isFromAvailable ? ['available >= :fromAvailable'] : []),
    ...(isHeld ? ['(attribute_not_exists(owed) OR owed <= :seenOwed)'] : []),
  ];
  const assignments = [
    'creatorId = :creatorId',
    '#shard = :shard',
    'available = if_not_exists(available, :zero) + :change',
    ...kept.map(([name]) => `${name} = if_not_exists(${name}, :zero) + :${name}`),
  ];
  return {
    update: {
      Key: creatorShardKey(shard),
      UpdateExpression: `SET ${assignments.join(', ')}${fold.removal}`,
      ...(conditions.length > 0 && { ConditionExpression: conditions.join(' AND ') }),
      ExpressionAttributeNames: { ...fold.names, '#shard': 'shard' },
      ExpressionAttributeValues: {
        ...fold.values,
        ':creatorId': shard.creatorId,
        ':shard': shard.shard,
        ':zero': 0,
        ':change': change,
        ...(isFromAvailable && { ':fromAvailable': -change }),
        ...(isHeld && { ':seenOwed': shard.owed }),
        ...Object.fromEntries(kept.map(([name, amount]) => [`:${name}`, amount])),
      },
    },
    failure,
  };
}

/** Whether a shard has more matured days than one write can fold. */
export function hasManyMaturedDays(shard: CreatorShard, today: Day): boolean {
  return maturedDays(shard, today).length > daysPerFold;
}

/** Moves the oldest matured days into `available`. Nothing changes hands, so a write that meets a change just leaves it. */
export async function foldOldestDays(ledger: Table, shard: CreatorShard, today: Day): Promise<void> {
  const fold = foldExpressions(maturedDays(shard, today).slice(0, daysPerFold));
  await updateIf(ledger, {
    Key: creatorShardKey(shard),
    ConditionExpression: fold.conditions.join(' AND '),
    UpdateExpression: `SET available = if_not_exists(available, :zero) + :folded${fold.removal}`,
    ExpressionAttributeNames: fold.names,
    ExpressionAttributeValues: { ...fold.values, ':zero': 0, ':folded': fold.total },
  });
}

/** Oldest first. */
function maturedDays({ maturing }: CreatorShard, today: Day): [Day, number][] {
  return Object.entries(maturing)
    .filter(([day]) => day <= today)
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
