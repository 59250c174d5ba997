import type { Catalog } from '../catalog/catalog.ts';
import { isOn, switchedOff } from '../catalog/switches.ts';
import { creatorNotFound } from '../earnings/get-earnings.ts';
import { formatDiamonds } from '../money/diamonds.ts';
import { isRefusal, type Refusal } from '../refusals.ts';
import type { LadderName } from '../store/board-keys.ts';
import { userNotFound } from '../users/get-wallet.ts';
import type { Creators, Gifters } from './climbers.ts';
import { ladderOf, type Step, standOn } from './ladder.ts';
import type { CreatorLevelAnswer, UserLevelAnswer } from './schemas.ts';

type View = { region: string; viewerId?: string | undefined; now: Date };

/** Where a user stands by what they have given; to others only what they let others see. */
export async function getUserLevel(
  { gifters, catalog }: { gifters: Gifters; catalog: Catalog },
  { userId, region, viewerId, now }: View & { userId: string },
): Promise<UserLevelAnswer | Refusal> {
  const gifter = await gifters({ userId, now });
  if (!gifter) return userNotFound(userId);
  const { total, isPublic } = gifter;
  const stand = await standOf(catalog, { ladder: 'gifters', total }, { region, now });
  if (isRefusal(stand)) return stand;
  const { version, step, next } = stand;
  if (viewerId !== userId) {
    if (!isPublic) return { userId, version, hidden: true };
    return { userId, version, ...(step && { current: inCoins(step) }) };
  }
  return {
    ...{ userId, version },
    ...(step && { current: inCoins(step) }),
    coins: total,
    ...(next && { next: { ...inCoins(next), missingCoins: next.from - total } }),
  };
}

/** Where a creator stands by what they have earned; only the owner sees how much that is. */
export async function getCreatorLevel(
  { creators, catalog }: { creators: Creators; catalog: Catalog },
  { creatorId, region, viewerId, now }: View & { creatorId: string },
): Promise<CreatorLevelAnswer | Refusal> {
  const creator = await creators({ creatorId, now });
  if (!creator) return creatorNotFound(creatorId);
  const { total, ownerUserId } = creator;
  const stand = await standOf(catalog, { ladder: 'creators', total }, { region, now });
  if (isRefusal(stand)) return stand;
  const { version, step, next } = stand;
  const shown = { creatorId, version, ...(step && { current: inDiamonds(step) }) };
  if (viewerId !== ownerUserId) return shown;
  return {
    ...shown,
    diamonds: formatDiamonds(total),
    ...(next && { next: { ...inDiamonds(next), missingDiamonds: formatDiamonds(next.from - total) } }),
  };
}

/** Levels are shown where leaderboards are. */
async function standOf(
  catalog: Catalog,
  { ladder, total }: { ladder: LadderName; total: number },
  { region, now }: Pick<View, 'region' | 'now'>,
): Promise<{ version: string; step: Step | undefined; next: Step | undefined } | Refusal> {
  const [levels, switches] = await Promise.all([catalog.current('levels', now), catalog.current('switches', now)]);
  if (!isOn(switches.value, 'leaderboards', region)) return switchedOff('leaderboards', region);
  return { version: levels.version, ...standOn(ladderOf(levels.value, ladder), total) };
}

function inCoins({ level, badge, from }: Step) {
  return { level, badge, fromCoins: from };
}

function inDiamonds({ level, badge, from }: Step) {
  return { level, badge, fromDiamonds: formatDiamonds(from) };
}
