import type { Recharge } from '../../store/items/recharge.ts';
import { type Findings, isSettled } from './judge-partition.ts';
import { rechargeSubject } from './subjects.ts';

/** A paid order stands for coins and money that an entry of the wallet must account for; any other order for nothing. */
export function judgeRecharge(recharge: Recharge, findings: Findings): void {
  if (recharge.state !== 'paid' || !isSettled(findings, recharge.paidAt)) return;
  const { tally } = findings;
  const subject = rechargeSubject(recharge);
  tally.add(subject, `coins for ${recharge.userId}`, recharge.coins + recharge.bonusCoins);
  tally.add(subject, `minor units of ${recharge.currency}`, recharge.priceMinor);
}
