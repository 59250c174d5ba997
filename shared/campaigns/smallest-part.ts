import type { Campaign } from '../catalog/campaign-schema.ts';
import { budgetCoinsOf, holdsIn, isOnPackage } from '../catalog/campaigns-of-package.ts';
import type { CatalogValue, Channel } from '../catalog/schemas.ts';

/** The fewest coins that an order can take of a campaign, by the price lists; with less left it is over. */
export function smallestPart(campaign: Campaign, { regions }: CatalogValue<'packages'>): number {
  const parts = Object.entries(regions).flatMap(([region, lists]) =>
    Object.entries(lists).flatMap(([channel, list]) =>
      holdsIn(campaign, { region, channel: channel as Channel })
        ? list.packages.filter((sold) => isOnPackage(campaign, sold)).map(({ coins }) => budgetCoinsOf(campaign, coins))
        : [],
    ),
  );
  return Math.max(1, Math.min(...parts.filter((coins) => coins > 0), campaign.budgetCoins));
}
