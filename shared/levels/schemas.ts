import * as z from 'zod/mini';
import { AppId, Region } from '../identifiers.ts';
import { diamondsPattern } from '../money/diamonds.ts';
import { Balance } from '../store/items/common.ts';

const Diamonds = z.string().check(z.regex(diamondsPattern));

export const UserLevelPath = z.strictObject({ userId: AppId });
export const CreatorLevelPath = z.strictObject({ creatorId: AppId });

/** `viewerId` is the user who looks: a level is shown in full only to whom it belongs. */
export const LevelQuery = z.strictObject({ region: Region, viewerId: z.optional(AppId) });

const GifterStep = z.object({ level: z.string(), badge: z.string(), fromCoins: Balance });
const CreatorStep = z.object({ level: z.string(), badge: z.string(), fromDiamonds: Diamonds });

export const UserLevelAnswer = z.object({
  userId: AppId,
  version: z.string(),
  /** The user does not want to be seen, and somebody else looks. */
  hidden: z.optional(z.literal(true)),
  current: z.optional(GifterStep),
  coins: z.optional(Balance),
  next: z.optional(z.extend(GifterStep, { missingCoins: Balance })),
});
export type UserLevelAnswer = z.infer<typeof UserLevelAnswer>;

export const CreatorLevelAnswer = z.object({
  creatorId: AppId,
  version: z.string(),
  current: z.optional(CreatorStep),
  diamonds: z.optional(Diamonds),
  next: z.optional(z.extend(CreatorStep, { missingDiamonds: Diamonds })),
});
export type CreatorLevelAnswer = z.infer<typeof CreatorLevelAnswer>;
