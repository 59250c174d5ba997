import { scale } from '../money/units.ts';
import type { Campaign, DiscountCampaign } from './campaign-schema.ts';
import type { Channel } from './schemas.ts';

const wholeBasisPoints = 10_000;

export function holdsIn(
  { regions, channels }: Campaign,
  { region, channel }: { region: string; channel: Channel },
): boolean {
  return (regions?.includes(region) ?? true) && (channels?.includes(channel) ?? true);
}

export function isOnPackage({ packages }: Campaign, { packageId }: { packageId: string }): boolean {
  return packages?.includes(packageId) ?? true;
}

/** How many coins a bonus adds to so many that are bought; a discount adds none. */
export function bonusCoinsOf(campaign: Campaign, coins: number): number {
  if (campaign.kind !== 'bonus') return 0;
  const { bonus } = campaign;
  if ('coins' in bonus) return bonus.coins;
  return scale(coins, { numerator: bonus.basisPoints, denominator: wholeBasisPoints, rounding: 'down' });
}

/** What a campaign takes from its budget: the bonus, or the coins that the lower price is worth, rounded up. */
export function budgetCoinsOf(campaign: Campaign, coins: number): number {
  if (campaign.kind === 'bonus') return bonusCoinsOf(campaign, coins);
  const { discountBasisPoints: numerator } = campaign;
  return scale(coins, { numerator, denominator: wholeBasisPoints, rounding: 'up' });
}

/**
 * What is left of a price: rounded up to a whole number of steps, each `stepMinor` minor units, and never more than the
 * price was.
 */
export function discountedMinor(
  { discountBasisPoints }: Pick<DiscountCampaign, 'discountBasisPoints'>,
  { priceMinor, stepMinor }: { priceMinor: number; stepMinor: number },
): number {
  const numerator = wholeBasisPoints - discountBasisPoints;
  const denominator = wholeBasisPoints * stepMinor;
  return Math.min(priceMinor, scale(priceMinor, { numerator, denominator, rounding: 'up' }) * stepMinor);
}

/** Which campaigns may be in one order: each alone, and a bonus with a discount when both say that they are stackable. */
export function combinationsFor<Some extends Campaign>(campaigns: Some[]): Some[][] {
  const alone = campaigns.map((campaign) => [campaign]);
  const stackable = campaigns.filter((campaign) => campaign.stackable);
  const pairs = stackable
    .filter(({ kind }) => kind === 'bonus')
    .flatMap((bonus) => stackable.filter(({ kind }) => kind === 'discount').map((discount) => [bonus, discount]));
  return [...alone, ...pairs];
}
