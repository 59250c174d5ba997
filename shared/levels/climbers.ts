import * as z from 'zod/mini';
import { remembered } from '../remembered.ts';
import { VisibilityChoice } from '../store/items/board.ts';
import { parseCreator } from '../store/items/creator.ts';
import { creatorKey, userKey } from '../store/keys.ts';
import { readItem, readItems } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { visibilityKey } from '../store/visibility-keys.ts';
import { readLifetime } from './read-lifetime.ts';

/** A user who gives: what they have given, and whether others may see their level. */
type Gifter = { total: number; isPublic: boolean };

/** A creator: what they have earned, and who may see that. */
type Creator = { total: number; ownerUserId: string };

type Stores = { ledger: Table; boards: Table };

/** Nothing for ids that nobody has. */
export type Gifters = (wanted: { userId: string; now: Date }) => Promise<Gifter | undefined>;
export type Creators = (wanted: { creatorId: string; now: Date }) => Promise<Creator | undefined>;

/** Levels are some seconds behind anyway. */
export function openGifters(stores: Stores): Gifters {
  return remembered(
    ({ userId }) => userId,
    ({ userId }) => readGifter(stores, userId),
  );
}

export function openCreators(stores: Stores): Creators {
  return remembered(
    ({ creatorId }) => creatorId,
    ({ creatorId }) => readCreator(stores, creatorId),
  );
}

async function readGifter({ ledger, boards }: Stores, userId: string): Promise<Gifter | undefined> {
  const items = await readItems(ledger, [userKey(userId), visibilityKey(userId)]);
  if (!items.some(({ sk }) => sk === userKey(userId).sk)) return undefined;
  const choice = items.find(({ sk }) => sk === visibilityKey(userId).sk);
  const isPublic = choice === undefined || z.parse(VisibilityChoice, choice).visibility === 'public';
  return { total: await readLifetime(boards, { type: 'lifetime', ladder: 'gifters', id: userId }), isPublic };
}

async function readCreator({ ledger, boards }: Stores, creatorId: string): Promise<Creator | undefined> {
  const profile = await readItem(ledger, creatorKey(creatorId));
  if (!profile) return undefined;
  const { ownerUserId } = parseCreator(profile);
  return { total: await readLifetime(boards, { type: 'lifetime', ladder: 'creators', id: creatorId }), ownerUserId };
}
