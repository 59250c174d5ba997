import * as z from 'zod/mini';
import { largestAmount } from '../money/units.ts';

/** What the app knows a level, or the picture for it, by. */
const LevelCode = z.string().check(z.regex(/^[a-z][a-z0-9_]{0,39}$/));
const Threshold = z.int().check(z.minimum(1), z.maximum(largestAmount / 1_000));

/** One look at a ladder compares with all of it. */
const mostLevels = z.maxLength(100);

/** The levels of users who give, by the coins of all their gifts, and of creators, by all the diamonds that these made. From low to high. */
export const Levels = z.object({
  gifters: z.array(z.object({ level: LevelCode, badge: LevelCode, fromCoins: Threshold })).check(mostLevels),
  creators: z.array(z.object({ level: LevelCode, badge: LevelCode, fromDiamonds: Threshold })).check(mostLevels),
});
export type Levels = z.infer<typeof Levels>;

/** What a new deployment starts with. */
export const firstLevels: Levels = {
  gifters: [
    { level: 'friend', badge: 'gifter_friend', fromCoins: 1 },
    { level: 'supporter', badge: 'gifter_supporter', fromCoins: 500 },
    { level: 'bronze', badge: 'gifter_bronze', fromCoins: 2_000 },
    { level: 'silver', badge: 'gifter_silver', fromCoins: 10_000 },
    { level: 'gold', badge: 'gifter_gold', fromCoins: 50_000 },
    { level: 'platinum', badge: 'gifter_platinum', fromCoins: 200_000 },
    { level: 'legend', badge: 'gifter_legend', fromCoins: 1_000_000 },
  ],
  creators: [
    { level: 'newcomer', badge: 'creator_newcomer', fromDiamonds: 10 },
    { level: 'rising', badge: 'creator_rising', fromDiamonds: 1_000 },
    { level: 'popular', badge: 'creator_popular', fromDiamonds: 10_000 },
    { level: 'star', badge: 'creator_star', fromDiamonds: 100_000 },
    { level: 'superstar', badge: 'creator_superstar', fromDiamonds: 1_000_000 },
  ],
};
