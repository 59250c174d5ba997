import * as z from 'zod/mini';
import type { Item } from '../table.ts';
import { Amount, Balance, Moment } from './common.ts';

/** How a user wants to appear in lists. Users who have not said anything are `public`. */
export const Visibility = z.enum(['public', 'anonymous', 'hidden']);
export type Visibility = z.infer<typeof Visibility>;

/** What a user has said about it: `WALLET#{userId}` / `VISIBILITY`, in the ledger. */
export const VisibilityChoice = z.object({ userId: z.string(), visibility: Visibility, updatedAt: Moment });
export type VisibilityChoice = z.infer<typeof VisibilityChoice>;

/** A rebuilding that is under way, and how far it came. */
const Rebuilding = z.object({
  generation: z.int(),
  /** Whose entries are read, from which moment on. */
  creatorIds: z.array(z.string()),
  from: Moment,
  /** The partition that is being read (64 for each creator), and the last entry of it that is counted. */
  partition: z.int(),
  after: z.optional(z.string()),
});
export type Rebuilding = z.infer<typeof Rebuilding>;

/** `BOARD#{board}` / `HEAD`; boards that were never rebuilt have none, and are in generation 0. */
const BoardHead = z.object({
  generation: z.int(),
  next: z.optional(Rebuilding),
  version: z.int(),
  /** Of a lifetime: where the highest level begins that was reached and announced. */
  reached: z._default(Balance, 0),
});
export type BoardHead = z.infer<typeof BoardHead>;

export function parseBoardHead(item: Item | undefined): BoardHead {
  return item ? z.parse(BoardHead, item) : { generation: 0, version: 0, reached: 0 };
}

/** `BOARD#{board}` / `LIST`: the first places, the first one first, without those who want to be hidden. */
const BoardList = z.object({
  generation: z.int(),
  builtAt: Moment,
  places: z.array(z.object({ userId: z.string(), coins: Amount, anonymous: z.optional(z.literal(true)) })),
});
export type BoardList = z.infer<typeof BoardList>;

export function parseBoardList(item: Item): BoardList {
  return z.parse(BoardList, item);
}

/** `SCORES#{board}#{generation}#{bucket}` / sender. Below zero for the moment in which a reversal is counted before its gift. */
const Score = z.object({ sk: z.string(), coins: z.int() });

export function parseScore(item: Item): { userId: string; coins: number } {
  const { sk, coins } = z.parse(Score, item);
  return { userId: sk, coins };
}

/** `SCORES#{ladder}#{id}#{generation}` / part: a part of a lifetime. The index of scores is for `coins`, and has none of these. */
const LifetimePart = z.object({ amount: z.int() });

export function parseLifetimePart(item: Item): number {
  return z.parse(LifetimePart, item).amount;
}
