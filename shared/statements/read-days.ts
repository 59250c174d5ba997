import * as z from 'zod/mini';
import { addDays, type Day } from '../calendar.ts';
import { type Closing, CreatorDay } from '../store/items/creator-day.ts';
import { creatorDayKey } from '../store/keys.ts';
import { queryAll, queryUpTo } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { maturedOn, nothing } from './balances.ts';

const Movements = z.pick(CreatorDay, { day: true, movements: true, closing: true });
export type DayMovements = z.infer<typeof Movements>;

const withoutRankings = {
  ProjectionExpression: '#day, movements, closing',
  ExpressionAttributeNames: { '#day': 'day' },
};

type Range = { creatorId: string; from: Day; to: Day };

/** The movements of the days that are added up, the oldest first; days without entries have none. */
export async function readMovements(ledger: Table, range: Range): Promise<DayMovements[]> {
  const days: DayMovements[] = [];
  const lines = queryAll(ledger, { ...daysIn(range), ...withoutRankings });
  for await (const line of lines) days.push(z.parse(Movements, line));
  return days;
}

/** Whole days, the oldest first. */
export async function* readDays(ledger: Table, range: Range): AsyncGenerator<CreatorDay> {
  for await (const line of queryAll(ledger, daysIn(range))) yield z.parse(CreatorDay, line);
}

/** What the creator had when the day before `from` was over; all days before it are added up. */
export async function readOpening(ledger: Table, { creatorId, from }: Omit<Range, 'to'>): Promise<Closing> {
  const before = addDays(from, -1);
  const [last] = await queryUpTo(
    ledger,
    { ...daysIn({ creatorId, from: '0000-01-01', to: before }), ...withoutRankings, ScanIndexForward: false },
    1,
  );
  return maturedOn(last ? z.parse(Movements, last).closing : nothing, before);
}

function daysIn({ creatorId, from, to }: Range) {
  const first = creatorDayKey({ creatorId, day: from });
  return {
    KeyConditionExpression: 'pk = :creator AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: {
      ':creator': first.pk,
      ':from': first.sk,
      ':to': creatorDayKey({ creatorId, day: to }).sk,
    },
    ConsistentRead: true,
  };
}
