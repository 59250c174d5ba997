import { type Key, walletKeyPrefix } from './keys.ts';

export const adCountPrefix = 'ADS#';

/** For how many ads of one placement a user was rewarded on the latest day on which there were any. */
export function adCountKey(count: { userId: string; placement: string }): Key {
  return { pk: `${walletKeyPrefix}${count.userId}`, sk: `${adCountPrefix}${count.placement}` };
}

/** Marks that an ad network's transaction was rewarded, whoever says so again. */
export function adRewardKey(reward: { network: string; transactionId: string }): Key {
  return { pk: `AD#${reward.network}#${reward.transactionId}`, sk: 'REWARD' };
}
