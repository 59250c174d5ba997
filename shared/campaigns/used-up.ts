import type { Campaign } from '../catalog/campaign-schema.ts';
import { budgetCoinsOf, isOnPackage } from '../catalog/campaigns-of-package.ts';
import { customPackageId } from '../catalog/custom-amount.ts';
import { count, logger } from '../observability.ts';
import type { OpenCampaigns } from './open-campaigns.ts';

type Bought = { packageId: string; coins: number };

/** Counts the campaigns that the buyer of a package could have had, were enough left of their budget: nobody hears of it by itself. */
export function countUsedUp(bought: Bought, open: OpenCampaigns): void {
  for (const code of usedUpFor(bought, open)) {
    count('CampaignsUsedUp');
    logger.warn('campaign used up', { code });
  }
}

export function usedUpFor({ packageId, coins }: Bought, { campaigns, taken }: OpenCampaigns): string[] {
  if (packageId === customPackageId) return [];
  const leftOf = ({ code, budgetCoins }: Campaign) => budgetCoins - (taken.get(code)?.budget.takenCoins ?? 0);
  return campaigns
    .filter((campaign) => isOnPackage(campaign, { packageId }))
    .filter((campaign) => leftOf(campaign) < budgetCoinsOf(campaign, coins))
    .map(({ code }) => code);
}
