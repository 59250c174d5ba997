import { addDays, type Day, dayOf } from '../calendar.ts';
import { readVersions } from '../catalog/catalog.ts';
import { readShards } from '../earnings/read-shards.ts';
import { type AddingUp, parseAddingUp } from '../store/items/creator-day.ts';
import { addingUpKey, creatorDayKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import { nothing } from './balances.ts';
import { DaySum, type RatesHistory } from './day-sum.ts';
import { entriesOfDay, firstDayWithEntries } from './entries-of-day.ts';

export type StatementStores = { ledger: Table; catalogTable: Table };

/**
 * An entry's id is from the moment at which its making began, and no function lives longer than 15 minutes: an hour after
 * midnight, no more entries of the day before can come.
 */
const closedAfterMilliseconds = 3_600_000;

/** The last day that is over for good. */
export function lastClosedDay(now: Date): Day {
  return addDays(dayOf(new Date(now.getTime() - closedAfterMilliseconds)), -1);
}

/** A function that dies loses so many pages of its work, and each time that they are saved costs up to 200 write units. */
const pagesPerSave = 50;

export type AddUpTo = {
  creatorId: string;
  /** A closed day. */
  upTo: Day;
  mustStop: () => boolean;
};

/**
 * Adds up a creator's days, one after the other, up to `upTo` or until it must stop; a day that is begun is gone on with next
 * time. Entries are never changed, so the days of two runs at once are the same, and only the first counts. Whoever deletes
 * all items of `EARNED#{creatorId}` has them added up anew from the entries.
 */
export async function addUpDays({ ledger, catalogTable }: StatementStores, to: AddUpTo): Promise<AddingUp> {
  const { creatorId, upTo, mustStop } = to;
  let progress = await readProgress(ledger, creatorId);
  if (isDone(progress, upTo)) return progress;
  const [shards, rates] = await Promise.all([
    readShards(ledger, creatorId),
    readVersions(catalogTable, 'rates', new Date()),
  ]);
  const reading = { ...to, shards: shards.map(({ shard }) => shard), rates };
  while (!isDone(progress, upTo) && !mustStop()) progress = await nextDay(ledger, progress, reading);
  return progress;
}

export function isDone({ through }: AddingUp, upTo: Day): boolean {
  return through !== undefined && through >= upTo;
}

export async function readProgress(ledger: Table, creatorId: string): Promise<AddingUp> {
  const item = await readItem(ledger, addingUpKey(creatorId));
  return item ? parseAddingUp(item) : { creatorId, closing: nothing, version: 0 };
}

type Reading = AddUpTo & { shards: number[]; rates: RatesHistory };

/** Adds up the day that is begun or the next one that has entries. */
async function nextDay(ledger: Table, progress: AddingUp, reading: Reading): Promise<AddingUp> {
  const { creatorId, shards, upTo } = reading;
  const { begun, closing, through, ...kept } = progress;
  if (begun) return addUpDay(ledger, { progress, sum: new DaySum(begun.sum) }, reading);
  const from = through === undefined ? undefined : addDays(through, 1);
  const day = await firstDayWithEntries(ledger, { creatorId, shards, from, before: addDays(upTo, 1) });
  if (day === undefined) return save(ledger, { ...kept, closing, through: upTo });
  return addUpDay(ledger, { progress, sum: new DaySum({ creatorId, day, closing }) }, reading);
}

type Begun = { progress: AddingUp; sum: DaySum };

async function addUpDay(ledger: Table, { progress, sum }: Begun, reading: Reading): Promise<AddingUp> {
  const { creatorId, shards, rates, mustStop } = reading;
  const { day } = sum;
  const { begun, ...kept } = progress;
  let pages = 0;
  for await (const { entries, place } of entriesOfDay(ledger, { creatorId, day, shards, from: begun })) {
    for (const entry of entries) sum.add(entry, rates);
    pages += 1;
    if (mustStop() || pages === pagesPerSave)
      return save(ledger, { ...kept, begun: { sum: sum.toStored(), ...place } });
  }
  const item = sum.toItem();
  return save(ledger, { ...kept, closing: item.closing, through: day }, [
    { put: { Item: { ...creatorDayKey({ creatorId, day }), ...item } }, failure: () => 'changed' },
  ]);
}

/** Saves how far it is, with what was finished, unless another run has saved meanwhile; then that is what counts. */
export async function save(ledger: Table, progress: AddingUp, finished: Write<'changed'>[] = []): Promise<AddingUp> {
  const { creatorId, version } = progress;
  const next = { ...progress, version: version + 1 };
  const condition =
    version === 0
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : { ConditionExpression: 'version = :seen', ExpressionAttributeValues: { ':seen': version } };
  const written = await transact<'changed'>(ledger, [
    ...finished,
    { put: { Item: { ...addingUpKey(creatorId), ...next }, ...condition }, failure: () => 'changed' },
  ]);
  return written.committed ? next : readProgress(ledger, creatorId);
}
