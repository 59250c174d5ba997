import { momentOfId } from '../../identifiers.ts';
import { isChallenge } from '../../store/campaign-keys.ts';
import type { CampaignBudget, CampaignLine, CampaignUse } from '../../store/items/campaign.ts';
import type { Recharge } from '../../store/items/recharge.ts';
import { type Findings, isSettled } from './judge-partition.ts';
import { campaignPartSubject, campaignSubject, campaignUseSubject, rechargeSubject } from './subjects.ts';

/** What is taken of a budget is what the lines say that were not released, and each line is its order's. */
export function judgeCampaignBudget({ code, takenCoins }: CampaignBudget, { tally }: Findings): void {
  tally.add(campaignSubject(code), 'coins taken', takenCoins);
}

export function judgeCampaignUse(use: CampaignUse, { tally }: Findings): void {
  const subject = campaignUseSubject(use);
  tally.add(subject, 'coins taken', use.coins);
  tally.add(subject, 'times', use.times);
}

export function judgeCampaignLine(line: CampaignLine, findings: Findings): void {
  const { tally } = findings;
  if (line.state === 'released') return;
  const use = campaignUseSubject(line);
  tally.add(campaignSubject(line.code), 'coins taken', -line.coins);
  tally.add(use, 'coins taken', -line.coins);
  tally.add(use, 'times', -1);
  // An entry in a challenge is written once and with its line.
  if (isChallenge(line.code) ? !isSettled(findings, line.at) : !isOrderSettled(findings, line.id)) return;
  tally.add(campaignPartSubject(line), 'coins', line.coins);
}

/** What an order holds of campaigns, paid or not, and that its bonus is no other than theirs. */
export function judgeOrderCampaigns(order: Recharge, findings: Findings): void {
  const { tally } = findings;
  const { rechargeId: id, userId, campaigns = [], campaignsReleased = false } = order;
  tally.add(rechargeSubject(order), 'bonus beyond what its campaign gives', order.bonusCoins - agreedBonus(order));
  if (campaignsReleased || !isOrderSettled(findings, id)) return;
  for (const { code, coins } of campaigns) tally.add(campaignPartSubject({ code, userId, id }), 'coins', -coins);
}

/** A price is held for a day at most (`quoteMinutes`); an hour later nearly all orders are paid, or have given back what they took of campaigns. */
const orderMilliseconds = 25 * 3_600_000;

/**
 * While a campaign runs, thousands of orders are made and given up as an audit reads: more than it could look at again. By the time in the id, order and line
 * are left to the next audit alike; an id without one is judged.
 */
function isOrderSettled(findings: Findings, rechargeId: string): boolean {
  const madeAt = momentOfId(rechargeId);
  return isSettled(findings, madeAt && new Date(Date.parse(madeAt) + orderMilliseconds).toISOString());
}

/** The campaign's bonus for the first package, or the own one where that was lost by a late payment, and own ones for the others. */
function agreedBonus({ campaigns = [], ownBonus, state, ...order }: Recharge): number {
  const campaign = campaigns.find(({ kind }) => kind === 'bonus');
  if (!campaign || !ownBonus) return order.bonusCoins;
  const { campaignsReleased = false, quantity = 1 } = order;
  const isLost = campaignsReleased && state === 'paid';
  return (isLost ? ownBonus.coins : campaign.coins) + ownBonus.coins * (quantity - 1);
}
