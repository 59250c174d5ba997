import * as z from 'zod/mini';
import type { Item } from '../table.ts';
import { Balance, Day, Moment } from './common.ts';

/** For how many ads a user was rewarded: `WALLET#{userId}` / `ADS#{placement}`. Of days before `day` nothing is kept. */
export const AdCount = z.object({ userId: z.string(), placement: z.string(), day: Day, count: Balance });
export type AdCount = z.infer<typeof AdCount>;

export function parseAdCount(item: Item): AdCount {
  return z.parse(AdCount, item);
}

/** That an ad was rewarded, and with which line of whose statement: `AD#{network}#{transactionId}` / `REWARD`. */
export const AdReward = z.object({
  network: z.string(),
  transactionId: z.string(),
  userId: z.string(),
  entryId: z.string(),
  at: Moment,
});
export type AdReward = z.infer<typeof AdReward>;

export function parseAdReward(item: Item): AdReward {
  return z.parse(AdReward, item);
}
