import * as z from 'zod/mini';
import { weekOf } from '../calendar.ts';
import { AppId, Region } from '../identifiers.ts';
import { ladders } from '../store/board-keys.ts';
import { Visibility } from '../store/items/board.ts';
import { Amount, Day, Moment } from '../store/items/common.ts';

/** A week is named by its Monday. */
const Week = Day.check(z.refine((day) => weekOf(day) === day, { error: 'must be a Monday' }));

export const LivePath = z.strictObject({ liveId: AppId });
export const CreatorPath = z.strictObject({ creatorId: AppId });
export const VisibilityPath = z.strictObject({ userId: AppId });

export const LiveQuery = z.strictObject({ region: Region, userId: z.optional(AppId) });
export const CreatorQuery = z.strictObject({ region: Region, userId: z.optional(AppId), week: z.optional(Week) });

const Place = z.object({
  rank: z.int(),
  /** Absent of those who want to stay anonymous. */
  userId: z.optional(AppId),
  anonymous: z.optional(z.literal(true)),
  coins: Amount,
});

export const Places = z.object({
  asOf: Moment,
  places: z.array(Place),
  own: z.optional(z.object({ rank: z.optional(z.int()), coins: Amount })),
});

export const LiveLeaderboardAnswer = z.extend(Places, { liveId: AppId });
export const CreatorLeaderboardAnswer = z.extend(Places, { creatorId: AppId, week: Day });

export const VisibilityBody = z.strictObject({ visibility: Visibility });
export const VisibilityAnswer = z.object({ userId: AppId, visibility: Visibility, updatedAt: Moment });

/** A rebuilding reads the ledger creator by creator; a live has its host and their guests. */
const mostCreators = 20;

export const RebuildBody = z.union([
  z.strictObject({ creatorId: AppId, week: Week }),
  z.strictObject({ ladder: z.enum(ladders), id: AppId }),
  z.strictObject({
    liveId: AppId,
    creatorIds: z.array(AppId).check(z.minLength(1), z.maxLength(mostCreators)),
    from: Day,
  }),
]);
export type RebuildBody = z.infer<typeof RebuildBody>;

export const RebuildAnswer = z.object({ state: z.enum(['running', 'finished']), generation: z.int() });
