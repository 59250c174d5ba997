import * as z from 'zod/mini';
import type { Item } from '../table.ts';
import { Amount, Balance, Day } from './common.ts';

/** What operators have given on a day, in coins of full worth to a creator: `GIVEN#{day}` / `WORTH`. */
export const GivenWorth = z.object({ day: Day, worthCoins: Balance });
export type GivenWorth = z.infer<typeof GivenWorth>;

export function parseGivenWorth(item: Item): GivenWorth {
  return z.parse(GivenWorth, item);
}

/** What one of them gave: `GIVEN#{day}` / `GIFT#{by}#{id}`, by the id of the grant or of the batch. */
export const GivenLine = z.object({
  day: Day,
  by: z.enum(['grant', 'codes']),
  id: z.string(),
  worthCoins: Amount,
  /** The client of the token. */
  givenBy: z.string(),
});
export type GivenLine = z.infer<typeof GivenLine>;

export function parseGivenLine(item: Item): GivenLine {
  return z.parse(GivenLine, item);
}
