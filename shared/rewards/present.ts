import type * as z from 'zod/mini';
import type { Entered } from './enter-challenge.ts';
import type { EntryAnswer } from './schemas.ts';

export function presentEntry({ entry, walletCoins }: Entered): z.input<typeof EntryAnswer> {
  const { entryId, userId, source, amounts, expiresAt, at: rewardedAt } = entry;
  if (source.type !== 'challenge') throw new Error(`The reward ${entryId} is not for a challenge.`);
  const { challengeId, proofId } = source;
  const coins = amounts.promoCoins;
  return { entryId, userId, challengeId, proofId, coins, rewardedAt, expiresAt, wallet: { coins: walletCoins } };
}
