import * as z from 'zod/mini';
import { formatDiamonds, worthOf } from '../money/diamonds.ts';
import { ContextType } from '../store/items/common.ts';
import type { CreatorDay, Credited } from '../store/items/creator-day.ts';
import type { RatesHistory } from './day-sum.ts';
import { Leaders } from './leaders.ts';
import type { EarningsSummaryAnswer } from './schemas.ts';

const namesListed = 100;

/** The names of all days of a range, 100 a day, are kept until the range is added up. */
const namesOfRange = 92 * 100;

export type SummaryDay = { sum: CreatorDay; state: 'final' | 'open'; partial?: true };

/** The answer, but for the question that it repeats. */
export function presentSummary(
  days: SummaryDay[],
  rates: RatesHistory,
): Omit<EarningsSummaryAnswer, 'creatorId' | 'from' | 'to'> {
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
    rates: credited.map(({ ratesVersion, coinsPerDiamond, milliDiamonds }) => ({
      version: ratesVersion,
      coinsPerDiamond,
      ...effective(rates, ratesVersion),
      diamonds: formatDiamonds(milliDiamonds),
    })),
    contexts: present(leaders.contexts, (name) => {
      const [type = '', id = ''] = name.split('#');
      return { type: z.parse(ContextType, type), id };
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

function earned({ movements, credited }: Pick<CreatorDay, 'movements' | 'credited'>) {
  const sum = (amountOf: (part: Credited) => number) => credited.reduce((total, part) => total + amountOf(part), 0);
  const brought = sum(({ milliDiamonds }) => milliDiamonds);
  return {
    gifts: sum(({ gifts }) => gifts),
    coins: sum(({ coins }) => coins),
    credited: formatDiamonds(brought),
    reversed: formatDiamonds(takenBack(movements, 'reversal')),
    restored: formatDiamonds(takenBack(movements, 'reversal_undone')),
    value: { amount: worthOf(brought), currency: 'USD' as const },
  };
}

/** With what is owed for diamonds that were gone. */
function takenBack(movements: CreatorDay['movements'], flow: 'reversal' | 'reversal_undone'): number {
  return movements
    .filter((movement) => movement.flow === flow)
    .reduce((sum, { changes }) => sum + Math.abs(changes.available + changes.maturing) + Math.abs(changes.owed), 0);
}
