import { dayOf } from '../../calendar.ts';
import type { CodeBatch } from '../../store/items/code.ts';
import type { GivenLine, GivenWorth } from '../../store/items/given-worth.ts';
import type { GrantEntry } from '../../store/items/wallet-entry.ts';
import type { Findings } from './judge-partition.ts';
import { givenLineSubject, givenSubject } from './subjects.ts';

/** What operators have given on a day is what its lines say, and each line is that of a grant or of a batch of codes. */
export function judgeGivenWorth({ day, worthCoins }: GivenWorth, { tally }: Findings): void {
  tally.add(givenSubject(day), 'worth in coins', worthCoins);
}

export function judgeGivenLine(line: GivenLine, { tally }: Findings): void {
  tally.add(givenSubject(line.day), 'worth in coins', -line.worthCoins);
  tally.add(givenLineSubject(line), 'worth in coins', line.worthCoins);
}

export function judgeGrant({ entryId, at, worthCoins = 0 }: GrantEntry, { tally }: Findings): void {
  const line = givenLineSubject({ by: 'grant', id: entryId, day: dayOf(new Date(at)) });
  tally.add(line, 'worth in coins', -worthCoins);
}

export function judgeCodeBatch({ batchId, madeAt, worthCoins = 0 }: CodeBatch, { tally }: Findings): void {
  const line = givenLineSubject({ by: 'codes', id: batchId, day: dayOf(new Date(madeAt)) });
  tally.add(line, 'worth in coins', -worthCoins);
}
