import * as z from 'zod/mini';
import { ladders } from '../board-keys.ts';
import type { Item } from '../table.ts';
import { Balance, Moment } from './common.ts';

/** A level that was reached, put once and never changed: `LEVEL#{ladder}#{id}` / `LEVEL#{level}`. */
export const ReachedLevel = z.object({
  ladder: z.enum(ladders),
  /** The user, or the creator. */
  id: z.string(),
  level: z.string(),
  badge: z.string(),
  /** Where the level began when it was reached: coins given, or milli-diamonds earned. */
  from: Balance,
  at: Moment,
  /** The version of `levels` in the catalogue. */
  version: z.string(),
});
export type ReachedLevel = z.infer<typeof ReachedLevel>;

export function parseReachedLevel(item: Item): ReachedLevel {
  return z.parse(ReachedLevel, item);
}
