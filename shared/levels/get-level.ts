import * as z from 'zod/mini';
import type { Catalog } from '../catalog/catalog.ts';
import { isOn, switchedOff } from '../catalog/switches.ts';
import { creatorNotFound } from '../earnings/get-earnings.ts';
import { formatDiamonds } from '../money/diamonds.ts';
import { isRefusal, type Refusal } from '../refusals.ts';
import type { LadderName } from '../store/board-keys.ts';
import { VisibilityChoice } from '../store/items/board.ts';
import { parseCreator } from '../store/items/creator.ts';
import { creatorKey, userKey } from '../store/keys.ts';
import { readItem, readItems } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { visibilityKey } from '../store/visibility-keys.ts';
import { userNotFound } from '../users/get-wallet.ts';
import { ladderOf, type Step, standOn } from './ladder.ts';
import { readLifetime } from './read-lifetime.ts';
import type { CreatorLevelAnswer, UserLevelAnswer } from './schemas.ts';

export type LevelStores = { ledger: Table; boards: Table; catalog: Catalog };

type View = { region: string; viewerId?: string | undefined; now: Date };

/** Where a user stands by what they have given; to others only what they let others see. */
export async function getUserLevel(
  stores: LevelStores,
  { userId, region, viewerId, now }: View & { userId: string },
): Promise<UserLevelAnswer | Refusal> {
  const items = await readItems(stores.ledger, [userKey(userId), visibilityKey(userId)]);
  if (!items.some(({ sk }) => sk === userKey(userId).sk)) return userNotFound(userId);
  const choice = items.find(({ sk }) => sk === visibilityKey(userId).sk);
  const stand = await standOf(stores, { ladder: 'gifters', id: userId }, { region, now });
  if (isRefusal(stand)) return stand;
  const { version, total, step, next } = stand;
  if (viewerId !== userId) {
    const isPublic = choice === undefined || z.parse(VisibilityChoice, choice).visibility === 'public';
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
  stores: LevelStores,
  { creatorId, region, viewerId, now }: View & { creatorId: string },
): Promise<CreatorLevelAnswer | Refusal> {
  const profile = await readItem(stores.ledger, creatorKey(creatorId));
  if (!profile) return creatorNotFound(creatorId);
  const stand = await standOf(stores, { ladder: 'creators', id: creatorId }, { region, now });
  if (isRefusal(stand)) return stand;
  const { version, total, step, next } = stand;
  const shown = { creatorId, version, ...(step && { current: inDiamonds(step) }) };
  if (viewerId !== parseCreator(profile).ownerUserId) return shown;
  return {
    ...shown,
    diamonds: formatDiamonds(total),
    ...(next && { next: { ...inDiamonds(next), missingDiamonds: formatDiamonds(next.from - total) } }),
  };
}

/** Levels are shown where leaderboards are. */
async function standOf(
  { boards, catalog }: LevelStores,
  { ladder, id }: { ladder: LadderName; id: string },
  { region, now }: Pick<View, 'region' | 'now'>,
): Promise<{ version: string; total: number; step: Step | undefined; next: Step | undefined } | Refusal> {
  const [levels, switches] = await Promise.all([catalog.current('levels', now), catalog.current('switches', now)]);
  if (!isOn(switches.value, 'leaderboards', region)) return switchedOff('leaderboards', region);
  const total = await readLifetime(boards, { type: 'lifetime', ladder, id });
  return { version: levels.version, total, ...standOn(ladderOf(levels.value, ladder), total) };
}

function inCoins({ level, badge, from }: Step) {
  return { level, badge, fromCoins: from };
}

function inDiamonds({ level, badge, from }: Step) {
  return { level, badge, fromDiamonds: formatDiamonds(from) };
}
