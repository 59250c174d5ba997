import { budgetOfChallenge } from '../../store/campaign-keys.ts';
import { type AdReward, parseAdCount } from '../../store/items/reward.ts';
import type { RewardEntry, WalletEntry } from '../../store/items/wallet-entry.ts';
import { adCountPrefix } from '../../store/reward-keys.ts';
import type { Item } from '../../store/table.ts';
import { type Findings, isSettled } from './judge-partition.ts';
import { readable } from './readable.ts';
import { adRewardSubject, campaignPartSubject, walletSubject } from './subjects.ts';
import type { Tally } from './tally.ts';

/** A reward is what a challenge's line says that it gave, or what one transaction of an ad network was rewarded with. */
export function judgeReward({ userId, entryId, at, amounts, source }: RewardEntry, findings: Findings): void {
  if (!isSettled(findings, at)) return;
  if (source.type === 'ad') findings.tally.add(adRewardSubject({ ...source, userId, entryId }), 'times rewarded', -1);
  else {
    const part = { code: budgetOfChallenge(source.challengeId), userId, id: source.proofId };
    findings.tally.add(campaignPartSubject(part), 'coins', -amounts.promoCoins);
  }
}

export function judgeAdReward(reward: AdReward, findings: Findings): void {
  if (isSettled(findings, reward.at)) findings.tally.add(adRewardSubject(reward), 'times rewarded', 1);
}

/** The counter of a placement is kept for the latest day on which there was a reward: for as many as the statement has. */
export function judgeAdCounts({ items, entries }: { items: Item[]; entries: WalletEntry[] }, tally: Tally): void {
  const measureOf = (placement: string, day: string) => `ads of ${placement} on ${day}`;
  for (const item of items.filter(({ sk }) => String(sk).startsWith(adCountPrefix)))
    for (const { userId, placement, day, count } of readable(item, parseAdCount, tally))
      tally.add(walletSubject(userId), measureOf(placement, day), count);
  const rewards = entries.flatMap(({ userId, ...entry }) =>
    entry.flow === 'reward' && entry.source.type === 'ad' ? [{ userId, ...entry.source }] : [],
  );
  const latest = new Map<string, string>();
  for (const { placement, countedOn } of rewards)
    if (countedOn > (latest.get(placement) ?? '')) latest.set(placement, countedOn);
  for (const { userId, placement, countedOn } of rewards)
    if (countedOn === latest.get(placement)) tally.add(walletSubject(userId), measureOf(placement, countedOn), -1);
}
