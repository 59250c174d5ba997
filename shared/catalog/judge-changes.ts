import { decimalsOf } from '../money/currency.ts';
import { scale } from '../money/units.ts';
import { type Finding, finding } from './findings.ts';
import { usdMillionthsOf } from './schedule.ts';
import type { CatalogKind, CatalogValue } from './schemas.ts';
import { type Group, listsOf, type Tolerance, type Watched, watchOf } from './watched-numbers.ts';

/** What looks like a slip of the finger beside the version before: numbers that jump, and much that vanishes. */
export function judgeChanges<Kind extends CatalogKind>(
  kind: Kind,
  before: CatalogValue<Kind>,
  after: CatalogValue<Kind>,
): Finding[] {
  const { regions, numbers, groups } = watchOf(kind);
  const named = [...new Set([...regions(before), ...regions(after)])];
  const known = new Map(numbers(before, named).map(({ at, value }) => [at, value]));
  return [
    ...numbers(after, named).flatMap((watched) => jumpOf(watched, known.get(watched.at) ?? watched.whenAbsent)),
    ...groups(before).flatMap((group) => removalOf(group, groups(after))),
  ];
}

/** What there was nothing of cannot have grown by any factor; from nothing, only a difference counts. */
function jumpOf({ at, value, tolerance }: Watched, before: number | undefined): Finding[] {
  if (before === undefined || value === before) return [];
  if ('factor' in tolerance && before === 0) return [];
  const { least, most } = bounds(before, tolerance);
  if (value >= least && value <= most) return [];
  const sentence = `${at} goes from ${before} to ${value}: expected is something between ${least} and ${most}.`;
  return [finding('number_jumped', { at, sentence, to: value })];
}

function bounds(before: number, tolerance: Tolerance): { least: number; most: number } {
  if ('difference' in tolerance)
    return { least: Math.max(0, before - tolerance.difference), most: before + tolerance.difference };
  const [numerator, denominator] = tolerance.factor;
  return {
    least: scale(before, { numerator: denominator, denominator: numerator, rounding: 'up' }),
    most: scale(before, { numerator, denominator, rounding: 'down' }),
  };
}

/** Half of what there was, or more; of a price list that is gone, all. */
function removalOf({ at, names }: Group, after: Group[]): Finding[] {
  const left = after.find((group) => group.at === at)?.names ?? [];
  const gone = names.filter((name) => !left.includes(name));
  if (gone.length === 0 || gone.length * 2 < names.length) return [];
  const sentence = `${gone.length} of ${names.length} are gone: ${gone.slice(0, 5).join(', ')}${gone.length > 5 ? ' …' : ''}; expected is that most stay.`;
  return [finding('much_removed', { at, sentence, to: left.length })];
}

/** A coin that costs so many times more, or less, than elsewhere has its price in the wrong unit or currency. */
const outOfLineFactor = 3;

/**
 * Packages, new or changed, whose price for each coin is far from the usual one of the version before, in dollars: the only
 * thing that a price list of a new region can be compared with.
 */
export function judgePriceLevel(
  before: CatalogValue<'packages'>,
  after: CatalogValue<'packages'>,
  limits: CatalogValue<'limits'>,
): Finding[] {
  const known = new Map(coinPrices(before, limits).map(({ at, perCoin }) => [at, perCoin]));
  const usual = median([...known.values()]);
  if (usual === undefined) return [];
  return coinPrices(after, limits).flatMap(({ at, perCoin, priceMinor }) => {
    const isFar = perCoin > usual * outOfLineFactor || perCoin * outOfLineFactor < usual;
    if (!isFar || known.get(at) === perCoin) return [];
    const sentence =
      `${at} costs ${perCoin} millionths of a US dollar for each coin, where ${usual} are usual: expected is no more than ` +
      `${outOfLineFactor} times as much, and no less than a third.`;
    return [finding('price_out_of_line', { at, sentence, to: priceMinor })];
  });
}

type CoinPrice = { at: string; perCoin: number; priceMinor: number };

function coinPrices(value: CatalogValue<'packages'>, limits: CatalogValue<'limits'>): CoinPrice[] {
  return listsOf(value).flatMap(([at, { currency, packages, custom }]) => {
    const usdMillionths = usdMillionthsOf(limits, currency);
    if (usdMillionths === undefined) return [];
    const minorUnits = 10 ** decimalsOf(currency);
    const perCoin = (priceMinor: number, coins: number) =>
      scale(priceMinor, { numerator: usdMillionths, denominator: minorUnits * coins, rounding: 'down' });
    return [
      ...packages.map(({ packageId, coins, bonusCoins, priceMinor }) => ({
        at: `${at}.packages.${packageId}`,
        perCoin: perCoin(priceMinor, coins + bonusCoins),
        priceMinor,
      })),
      ...(custom
        ? [{ at: `${at}.custom`, perCoin: perCoin(custom.priceMinor, custom.perCoins), priceMinor: custom.priceMinor }]
        : []),
    ];
  });
}

function median(values: number[]): number | undefined {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}
