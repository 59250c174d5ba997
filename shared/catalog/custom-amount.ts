import { largestAmount, scale } from '../money/units.ts';
import type { CustomAmount, PriceList } from './schemas.ts';

/** Names a custom amount where a package is named; no package may be called so. */
export const customPackageId = 'custom';

type Rate = Pick<CustomAmount, 'priceMinor' | 'perCoins'>;

/** What so many coins cost: rounded up, to a multiple of `stepMinor` where the provider takes no smaller unit. */
export function customPriceMinor({ priceMinor, perCoins }: Rate, coins: number, stepMinor = 1): number {
  return scale(coins, { numerator: priceMinor, denominator: perCoins * stepMinor, rounding: 'up' }) * stepMinor;
}

/** Why a custom amount cannot be sold beside the packages of its price list; nothing when it can. */
export function flawOfCustom({ packages, custom }: Pick<PriceList, 'packages' | 'custom'>): string | undefined {
  if (packages.some(({ packageId }) => packageId === customPackageId))
    return `must not call a package "${customPackageId}", which names a custom amount`;
  if (!custom) return undefined;
  if (custom.minimumCoins > custom.maximumCoins) return 'must not have custom.minimumCoins above custom.maximumCoins';
  if (customPriceMinor(custom, custom.maximumCoins) > largestAmount)
    return `must not ask more than ${largestAmount} minor units for custom.maximumCoins`;
  return undercuts(custom, packages)
    ? 'must not sell a custom amount for less per coin than the cheapest of the packages'
    : undefined;
}

/**
 * Whether a coin of a custom amount is cheaper than a bought coin of every package. Bonus coins lower no package's price here:
 * they are promotional, and those of a custom amount are all bought. Rounding up makes a custom amount only dearer, so
 * that what holds for the rate holds for every amount.
 */
function undercuts(custom: Rate, packages: PriceList['packages']): boolean {
  const isCheaperThan = ({ priceMinor, coins }: PriceList['packages'][number]) =>
    BigInt(custom.priceMinor) * BigInt(coins) < BigInt(priceMinor) * BigInt(custom.perCoins);
  return packages.length > 0 && packages.every(isCheaperThan);
}
