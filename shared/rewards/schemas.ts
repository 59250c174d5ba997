import * as z from 'zod/mini';
import { AppId, UuidV7 } from '../identifiers.ts';
import { Amount, Balance, Moment } from '../store/items/common.ts';
import { WorthBasisPoints } from '../store/items/wallet.ts';

const Code = z.string().check(z.regex(/^[a-z][a-z0-9_]{0,39}$/));
const TaskCount = z.int().check(z.minimum(1), z.maximum(1_000_000));

export const ChallengePath = z.strictObject({ userId: AppId, challengeId: Code });

/** `proofId` is what the app knows an entry by; `count` how often the task of the challenge was done for it. */
export const EntryBody = z.strictObject({ proofId: AppId, count: z.optional(TaskCount) });
export type EntryBody = z.infer<typeof EntryBody>;

export const EntryAnswer = z.object({
  entryId: UuidV7,
  userId: AppId,
  challengeId: Code,
  proofId: AppId,
  coins: Amount,
  rewardedAt: Moment,
  expiresAt: Moment,
  wallet: z.object({ coins: Balance }),
});

export const ChallengesAnswer = z.object({
  userId: AppId,
  challenges: z.array(
    z.object({
      challengeId: Code,
      nameKey: z.string(),
      from: Moment,
      until: Moment,
      task: z.optional(z.object({ taskId: AppId, count: TaskCount })),
      coins: Amount,
      expiresAfterDays: z.int(),
      worthBasisPoints: WorthBasisPoints,
      /** For all users together, and for this one. */
      rewardsLeft: Balance,
      entriesLeft: Balance,
      entries: z.array(z.object({ proofId: AppId, coins: Amount, rewardedAt: Moment })),
    }),
  ),
});
