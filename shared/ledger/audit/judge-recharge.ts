import { moneyOf, nothingBack, type Recharge, totalsOf } from '../../store/items/recharge.ts';
import { judgeOrderCampaigns } from './judge-campaign.ts';
import { type Findings, isSettled } from './judge-partition.ts';
import { rechargeSubject } from './subjects.ts';

/**
 * A paid order stands for coins and money that an entry of the wallet must account for, and each change that took from it
 * or gave back to it for entries as well; any other order for nothing but what it holds of campaigns.
 */
export function judgeRecharge(recharge: Recharge, findings: Findings): void {
  judgeOrderCampaigns(recharge, findings);
  if (recharge.state !== 'paid' || !isSettled(findings, recharge.paidAt)) return;
  const { tally } = findings;
  const subject = rechargeSubject(recharge);
  const money = moneyOf(recharge);
  tally.add(subject, `coins for ${recharge.userId}`, recharge.coins + recharge.bonusCoins);
  tally.add(subject, `minor units of ${money.currency}`, money.minor);
  const left = totalsOf(recharge.back ?? nothingBack);
  for (const { at, coins, frozenCoins, minor } of recharge.backChanges ?? []) {
    left.coins -= coins;
    left.frozenCoins -= frozenCoins;
    left.minor -= minor;
    if (!isSettled(findings, at)) continue;
    tally.add(subject, `coins for ${recharge.userId}`, -coins);
    tally.add(subject, 'frozen coins', frozenCoins);
    tally.add(subject, `minor units of ${money.currency}`, -minor);
  }
  tally.add(subject, 'coins that no change took', left.coins + left.frozenCoins);
  tally.add(subject, 'money that no change took', left.minor);
}
