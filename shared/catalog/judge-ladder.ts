import { differences } from './differences.ts';
import { type Finding, finding } from './findings.ts';
import type { CatalogValue, CoinPackage } from './schemas.ts';

/** Prices end in 9 and the like: what is within one per cent is the same price for each coin. */
const sameWithinPercent = 1n;

/**
 * Price lists by which a larger package costs more for each coin than some smaller one, bonus coins included. A list that is what
 * it was is not flagged again.
 */
export function judgeLadders(before: CatalogValue<'packages'>, after: CatalogValue<'packages'>): Finding[] {
  return Object.entries(after.regions).flatMap(([region, channels]) =>
    Object.entries(channels).flatMap(([channel, { packages }]) => {
      const known = before.regions[region]?.[channel as 'app' | 'web']?.packages;
      if (known && differences(known, packages).length === 0) return [];
      const step = risingStep(packages);
      return step ? [finding('ladder_rises', { at: `regions.${region}.${channel}`, sentence: describe(step) })] : [];
    }),
  );
}

type Step = { smaller: CoinPackage; larger: CoinPackage };

function risingStep(packages: CoinPackage[]): Step | undefined {
  let cheapest: CoinPackage | undefined;
  for (const larger of packages.toSorted((one, other) => allCoins(one) - allCoins(other))) {
    if (cheapest && costsMore(larger, cheapest)) return { smaller: cheapest, larger };
    if (!cheapest || isCheaper(larger, cheapest)) cheapest = larger;
  }
  return undefined;
}

function allCoins({ coins, bonusCoins }: CoinPackage): number {
  return coins + bonusCoins;
}

function costsMore(larger: CoinPackage, smaller: CoinPackage): boolean {
  const [price, bound] = crossed(larger, smaller);
  return price * 100n > bound * (100n + sameWithinPercent);
}

function isCheaper(one: CoinPackage, other: CoinPackage): boolean {
  const [price, bound] = crossed(one, other);
  return price < bound;
}

/** The prices of as many coins of each, which compare as the prices of one do. */
function crossed(one: CoinPackage, other: CoinPackage): [bigint, bigint] {
  return [BigInt(one.priceMinor) * BigInt(allCoins(other)), BigInt(other.priceMinor) * BigInt(allCoins(one))];
}

function describe({ smaller, larger }: Step): string {
  return (
    `${larger.packageId} costs more for each coin than ${smaller.packageId}, which is smaller: expected is that nobody pays more for ` +
    'each coin by buying more at once.'
  );
}
