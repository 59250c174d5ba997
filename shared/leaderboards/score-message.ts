import * as z from 'zod/mini';
import { AppId, UuidV7 } from '../identifiers.ts';
import { boardBucketOf } from '../store/board-keys.ts';
import { Amount, Balance, Moment } from '../store/items/common.ts';
import { type CreatorEntry, type CreditEntry, parseCreatorEntry } from '../store/items/creator.ts';
import { creatorKeyPrefix, entryKeyPrefix, type Key } from '../store/keys.ts';
import type { Item } from '../store/table.ts';

/** What the senders of one bucket gave by one credit of a creator. */
const GivenCoins = z.object({
  entryId: UuidV7,
  at: Moment,
  /** What it makes together for the creator; absent in messages from before it was counted. */
  milliDiamonds: z.optional(Balance),
  given: z.array(z.object({ senderId: AppId, coins: Amount, liveId: z.optional(z.string()) })),
});

/** A gift, or a part of it, whose payment went back; coins are added again when the payment came again. */
const ReversedCoins = z.object({
  entryId: UuidV7,
  reversed: z.object({ senderId: AppId, giftId: UuidV7, coins: z.int(), milliDiamonds: z.optional(z.int()) }),
});

/** What counts: a creator's entry, or the part of it that concerns the senders of one bucket. */
const ScoreSource = z.union([GivenCoins, ReversedCoins]);
type ScoreSource = z.infer<typeof ScoreSource>;

/** A message of the scores queue: sources of one creator and bucket. */
export const ScoreMessage = z.object({
  version: z.literal(1),
  creatorId: AppId,
  bucket: z.int(),
  sources: z.array(ScoreSource),
});
export type ScoreMessage = z.infer<typeof ScoreMessage>;

export type BucketSource = { creatorId: string; bucket: number; source: ScoreSource };

/** What counts of a committed change of the ledger: a creator's new entry. Entries are never changed. */
export function sourcesOfChange(change: { key: Key; image: Item; imageBefore: Item | undefined }): BucketSource[] {
  const { key, image, imageBefore } = change;
  const isCreatorsEntry = key.pk.startsWith(creatorKeyPrefix) && key.sk.startsWith(entryKeyPrefix);
  return isCreatorsEntry && imageBefore === undefined ? sourcesOf(parseCreatorEntry(image)) : [];
}

/**
 * The sources that an entry is: always the same ones of the same entry, whoever takes it apart and however often. Payouts are none.
 */
export function sourcesOf(entry: CreatorEntry): BucketSource[] {
  const { creatorId } = entry;
  if (entry.flow === 'credit')
    return [...givenByBucket(entry)].map(([bucket, source]) => ({ creatorId, bucket, source }));
  if (entry.flow !== 'reversal' && entry.flow !== 'reversal_undone') return [];
  const { entryId, senderId, giftId, coins, amounts } = entry;
  const sign = entry.flow === 'reversal' ? -1 : 1;
  const milliDiamonds = sign * (amounts.milliDiamonds + amounts.owedMilliDiamonds);
  const reversed = { senderId, giftId, coins: sign * coins, milliDiamonds };
  return [{ creatorId, bucket: boardBucketOf(senderId), source: { entryId, reversed } }];
}

function givenByBucket({ entryId, at, gifts, contexts = [] }: CreditEntry): Map<number, ScoreSource> {
  const sums = new Map<string, { senderId: string; coins: number; liveId?: string }>();
  for (const { senderId, coins, context: place = 0 } of gifts) {
    const context = contexts[place];
    const liveId = context?.type === 'live' ? context.id : undefined;
    const name = `${senderId}#${liveId ?? ''}`;
    const sum = sums.get(name);
    if (sum) sum.coins += coins;
    else sums.set(name, { senderId, coins, ...(liveId !== undefined && { liveId }) });
  }
  const diamonds = new Map<number, number>();
  for (const { senderId, milliDiamonds } of gifts) {
    const bucket = boardBucketOf(senderId);
    diamonds.set(bucket, (diamonds.get(bucket) ?? 0) + milliDiamonds);
  }
  const buckets = Map.groupBy(sums.values(), ({ senderId }) => boardBucketOf(senderId));
  return new Map(
    [...buckets].map(([bucket, given]) => [bucket, { entryId, at, milliDiamonds: diamonds.get(bucket) ?? 0, given }]),
  );
}
