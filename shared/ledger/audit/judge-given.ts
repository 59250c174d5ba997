import type { GivenLine, GivenWorth } from '../../store/items/given-worth.ts';
import type { Findings } from './judge-partition.ts';
import { givenSubject } from './subjects.ts';

/** What operators have given on a day is what its lines say. */
export function judgeGivenWorth({ day, worthCoins }: GivenWorth, { tally }: Findings): void {
  tally.add(givenSubject(day), 'worth in coins', worthCoins);
}

export function judgeGivenLine({ day, worthCoins }: GivenLine, { tally }: Findings): void {
  tally.add(givenSubject(day), 'worth in coins', -worthCoins);
}
