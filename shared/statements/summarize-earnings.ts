import { addDays, type Day, dayOf } from '../calendar.ts';
import { readVersions } from '../catalog/catalog.ts';
import { readShards } from '../earnings/read-shards.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import type { CreatorDay } from '../store/items/creator-day.ts';
import type { StatementStores } from './add-up-days.ts';
import { nothing } from './balances.ts';
import { bringUpToDate } from './bring-up-to-date.ts';
import { DaySum, type RatesHistory } from './day-sum.ts';
import { entriesOfDay } from './entries-of-day.ts';
import { presentSummary, type SummaryDay } from './present-summary.ts';
import { readDays } from './read-days.ts';
import type { EarningsSummaryAnswer } from './schemas.ts';

const mostDays = 92;
/** What a request reads of a day that is not over: 20 MB at most. */
const mostPagesOfOpenDay = 20;

type SummaryQuestion = { creatorId: string; from: Day; to: Day; now: Date; pagesOfOpenDay?: number };

/**
 * A creator's earnings by the day, and over the days by live or video, gift and supporter. Days that are over come from where
 * they are added up; one that is not is read entry by entry.
 */
export async function summarizeEarnings(
  stores: StatementStores,
  question: SummaryQuestion,
): Promise<EarningsSummaryAnswer | Refusal> {
  const { creatorId, from, to, now } = question;
  const refusal = refuseRange(question);
  if (refusal) return refusal;
  const ready = await bringUpToDate(stores, { creatorId, to, now });
  if (isRefusal(ready)) return ready;
  const rates = await readVersions(stores.catalogTable, 'rates', now);
  const days: SummaryDay[] = await closedDays(stores, { creatorId, from, to: ready.through });
  for (let day = later(addDays(ready.through, 1), from); day <= to; day = addDays(day, 1))
    days.push(await openDay(stores, { creatorId, day, rates, pages: question.pagesOfOpenDay ?? mostPagesOfOpenDay }));
  return { creatorId, from, to, ...presentSummary(days, rates) };
}

function refuseRange({ from, to, now }: SummaryQuestion): Refusal | undefined {
  if (to < from) return refuse('malformed_request', '`to` must not be before `from`.');
  if (to > dayOf(now)) return refuse('malformed_request', `\`to\` must not be after today, ${dayOf(now)} (UTC).`);
  if (addDays(from, mostDays) <= to)
    return refuse('malformed_request', `A summary covers ${mostDays} days at most.`, { mostDays });
  return undefined;
}

function later(a: Day, b: Day): Day {
  return a > b ? a : b;
}

async function closedDays(
  { ledger }: StatementStores,
  { creatorId, from, to }: { creatorId: string; from: Day; to: Day },
): Promise<SummaryDay[]> {
  if (to < from) return [];
  const found = new Map<Day, CreatorDay>();
  for await (const day of readDays(ledger, { creatorId, from, to })) found.set(day.day, day);
  const days: SummaryDay[] = [];
  for (let day = from; day <= to; day = addDays(day, 1))
    days.push({ sum: found.get(day) ?? emptyDay(creatorId, day), state: 'final' });
  return days;
}

/** Balances are no part of a summary, so a day can begin with none. */
function begin(creatorId: string, day: Day): DaySum {
  return new DaySum({ creatorId, day, closing: nothing });
}

function emptyDay(creatorId: string, day: Day): CreatorDay {
  return begin(creatorId, day).toItem();
}

async function openDay(
  { ledger }: StatementStores,
  { creatorId, day, rates, pages }: { creatorId: string; day: Day; rates: RatesHistory; pages: number },
): Promise<SummaryDay> {
  const shards = (await readShards(ledger, creatorId)).map(({ shard }) => shard);
  const sum = begin(creatorId, day);
  let read = 0;
  for await (const { entries } of entriesOfDay(ledger, { creatorId, day, shards })) {
    if (read === pages) return { sum: sum.toItem(), state: 'open', partial: true };
    for (const entry of entries) sum.add(entry, rates);
    read += 1;
  }
  return { sum: sum.toItem(), state: 'open' };
}
