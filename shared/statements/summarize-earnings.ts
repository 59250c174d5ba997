import { addDays, type Day, dayOf } from '../calendar.ts';
import { readVersions } from '../catalog/catalog.ts';
import { readShards } from '../earnings/read-shards.ts';
import { formatDiamonds } from '../money/diamonds.ts';
import { scale } from '../money/units.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import type { Closing, CreatorDay, Credited } from '../store/items/creator-day.ts';
import type { StatementStores } from './add-up-days.ts';
import { nothing } from './balances.ts';
import { bringUpToDate } from './bring-up-to-date.ts';
import { DaySum, type RatesHistory } from './day-sum.ts';
import { entriesOfDay } from './entries-of-day.ts';
import { Leaders } from './leaders.ts';
import { readDays } from './read-days.ts';
import type { EarningsSummaryAnswer } from './schemas.ts';

const mostDays = 92;
const namesListed = 100;

/** The names of all days of a range, 100 of each, are kept until the range is added up. */
const namesOfRange = mostDays * namesListed;

/** What a request reads of a day that is not over: 20 MB at most. */
const pagesOfOpenDay = 20;

type SummaryQuestion = { creatorId: string; from: Day; to: Day; now: Date };

type SummaryDay = { sum: CreatorDay; state: 'final' | 'open'; partial?: true };

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
    days.push(await openDay(stores, { creatorId, day, rates }));
  return { creatorId, from, to, ...describe(days, rates) };
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
function begin(creatorId: string, day: Day, closing: Closing = nothing): DaySum {
  return new DaySum({ creatorId, day, closing });
}

function emptyDay(creatorId: string, day: Day): CreatorDay {
  return begin(creatorId, day).toItem();
}

async function openDay(
  { ledger }: StatementStores,
  { creatorId, day, rates }: { creatorId: string; day: Day; rates: RatesHistory },
): Promise<SummaryDay> {
  const shards = (await readShards(ledger, creatorId)).map(({ shard }) => shard);
  const sum = begin(creatorId, day);
  let pages = 0;
  for await (const { entries } of entriesOfDay(ledger, { creatorId, day, shards })) {
    if (pages === pagesOfOpenDay) return { sum: sum.toItem(), state: 'open', partial: true };
    for (const entry of entries) sum.add(entry, rates);
    pages += 1;
  }
  return { sum: sum.toItem(), state: 'open' };
}

function describe(days: SummaryDay[], rates: RatesHistory) {
  const credited = byVersion(days.flatMap(({ sum }) => sum.credited));
  const leaders = { contexts: leadersOf(), gifts: leadersOf(), supporters: leadersOf() };
  for (const { sum } of days) {
    leaders.contexts.addAll(sum.contexts);
    leaders.gifts.addAll(sum.gifts);
    leaders.supporters.addAll(sum.supporters);
  }
  const movements = days.flatMap(({ sum }) => sum.movements);
  return {
    total: earned({ movements, credited }),
    days: days.map(({ sum, state, partial }) => ({
      day: sum.day,
      state,
      ...(partial && { partial }),
      ...earned(sum),
    })),
    rates: credited.map(({ ratesVersion, usdMinorPerDiamond, milliDiamonds }) => ({
      version: ratesVersion,
      usdMinorPerDiamond,
      ...effective(rates, ratesVersion),
      diamonds: formatDiamonds(milliDiamonds),
    })),
    contexts: present(leaders.contexts, (name) => {
      const [type = '', id = ''] = name.split('#');
      return { type: type as 'live' | 'video' | 'comment', id };
    }),
    gifts: present(leaders.gifts, (gift) => ({ gift })),
    supporters: present(leaders.supporters, (userId) => ({ userId })),
  };
}

function effective(rates: RatesHistory, version: string): { effectiveAt?: string } {
  const found = rates.find((candidate) => candidate.version === version);
  return found ? { effectiveAt: found.effectiveAt } : {};
}

function leadersOf(): Leaders {
  return new Leaders(namesOfRange);
}

function present<Named>(leaders: Leaders, describeName: (name: string) => Named) {
  const { first, rest } = leaders.ranking(namesListed);
  return {
    first: first.map(({ name, gifts, milliDiamonds }) => ({
      ...describeName(name),
      gifts,
      diamonds: formatDiamonds(milliDiamonds),
    })),
    rest: { gifts: rest.gifts, diamonds: formatDiamonds(rest.milliDiamonds) },
  };
}

function byVersion(all: Credited[]): Credited[] {
  const sums = new Map<string, Credited>();
  for (const part of all) {
    const known = sums.get(part.ratesVersion);
    sums.set(part.ratesVersion, {
      ...part,
      gifts: part.gifts + (known?.gifts ?? 0),
      coins: part.coins + (known?.coins ?? 0),
      milliDiamonds: part.milliDiamonds + (known?.milliDiamonds ?? 0),
    });
  }
  return [...sums.values()];
}

/** What was credited is worth what it was at the rates that held then: rounded down, once for each version of them. */
function earned({ movements, credited }: Pick<CreatorDay, 'movements' | 'credited'>) {
  const sum = (amountOf: (part: Credited) => number) => credited.reduce((total, part) => total + amountOf(part), 0);
  const worth = ({ milliDiamonds, usdMinorPerDiamond: numerator }: Credited) =>
    scale(milliDiamonds, { numerator, denominator: 1000, rounding: 'down' });
  return {
    gifts: sum(({ gifts }) => gifts),
    coins: sum(({ coins }) => coins),
    credited: formatDiamonds(sum(({ milliDiamonds }) => milliDiamonds)),
    reversed: formatDiamonds(takenBack(movements, 'reversal')),
    restored: formatDiamonds(takenBack(movements, 'reversal_undone')),
    value: { amount: sum(worth), currency: 'USD' as const },
  };
}

/** With what is owed for diamonds that were gone. */
function takenBack(movements: CreatorDay['movements'], flow: 'reversal' | 'reversal_undone'): number {
  return movements
    .filter((movement) => movement.flow === flow)
    .reduce((sum, { changes }) => sum + Math.abs(changes.available + changes.maturing) + Math.abs(changes.owed), 0);
}
