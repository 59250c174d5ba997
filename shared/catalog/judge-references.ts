import { scale } from '../money/units.ts';
import { bonusCoinsOf } from './campaigns-of-package.ts';
import { type Finding, finding } from './findings.ts';
import { isKnownRegion } from './iso-regions.ts';
import { judgeLevels } from './judge-levels.ts';
import type { CatalogKind, CatalogValue, CoinPackage } from './schemas.ts';
import { listsOf } from './watched-numbers.ts';

/** What a value says of things that do not exist, says twice, or says against itself. */
export function judgeReferences<Kind extends CatalogKind>(kind: Kind, value: CatalogValue<Kind>): Finding[] {
  const judge = judges[kind] as unknown as (value: CatalogValue<Kind>) => Finding[];
  return judge(value);
}

const judges: { [Kind in CatalogKind]: (value: CatalogValue<Kind>) => Finding[] } = {
  packages: (value) => [
    ...unknownRegions('regions', Object.keys(value.regions)),
    ...repeatedIds(
      'packages',
      packagesOf(value).map(({ coinPackage }) => coinPackage.packageId),
    ),
    ...ambiguousProducts(value, 'appleProductId'),
    ...ambiguousProducts(value, 'googleProductId'),
  ],
  gifts: ({ gifts }) => [
    ...repeatedIds(
      'gifts',
      gifts.map(({ code }) => code),
    ),
    ...gifts.flatMap(({ code, regions = [] }) => unknownRegions(`gifts.${code}.regions`, regions)),
    ...gifts.flatMap(({ code, from, until, price, surfaces }) => [
      ...contradiction(
        `gifts.${code}`,
        from !== undefined && until !== undefined && from >= until,
        'ends before it begins',
      ),
      ...contradiction(
        `gifts.${code}.price`,
        'minimum' in price && price.minimum > price.maximum,
        'has its smallest amount above its largest',
      ),
      ...contradiction(`gifts.${code}.surfaces`, surfaces.length === 0, 'can be sent nowhere'),
    ]),
  ],
  rates: ({ reversals }) => unknownRegions('reversals.regions', Object.keys(reversals?.regions ?? {})),
  payouts: (value) => [
    ...unknownRegions('regionCaps', Object.keys(value.regionCaps)),
    ...Object.entries(value.methods).flatMap(([method, { regions = [] }]) =>
      unknownRegions(`methods.${method}.regions`, regions),
    ),
    ...Object.entries(value.methods).flatMap(([method, rules]) =>
      contradiction(
        `methods.${method}`,
        takesTheMinimum(rules),
        'asks for a fee that leaves nothing of the smallest payout',
      ),
    ),
    ...[['', value] as const, ...Object.entries(value.regionCaps)].flatMap(([region, caps]) =>
      contradiction(
        region === '' ? 'dailyMaximumMinor' : `regionCaps.${region}`,
        caps.dailyMaximumMinor > caps.weeklyMaximumMinor,
        moreADay,
      ),
    ),
  ],
  ages: ({ defaultYears, regionYears, wardYears = {} }) => [
    ...unknownRegions('regionYears', Object.keys(regionYears)),
    ...unknownRegions('wardYears', Object.keys(wardYears)),
    ...Object.entries(wardYears).flatMap(([region, years]) =>
      contradiction(
        `wardYears.${region}`,
        years >= (regionYears[region] ?? defaultYears),
        'is no earlier than the age at which nobody needs a guardian',
      ),
    ),
  ],
  refunds: ({ withdrawalRegionDays }) => unknownRegions('withdrawalRegionDays', Object.keys(withdrawalRegionDays)),
  limits: (value) => [
    ...unknownRegions('regions', Object.keys(value.regions)),
    ...[['default', value.default] as const, ...Object.entries(value.regions)].flatMap(([region, limits]) =>
      contradiction(
        region === 'default' ? region : `regions.${region}`,
        limits.dailyMinor > limits.weeklyMinor,
        moreADay,
      ),
    ),
  ],
  costs: ({ taxBasisPoints }) => unknownRegions('taxBasisPoints', Object.keys(taxBasisPoints)),
  spending: ({ default: caps, tiers }) =>
    Object.entries({ default: caps, ...tiers }).flatMap(([tier, { perGift, day, week, month }]) => {
      const rising = [perGift, day, week, month].filter((coins) => coins !== undefined);
      const isContradiction = rising.some((coins, position) => coins > (rising[position + 1] ?? coins));
      return contradiction(
        tier === 'default' ? tier : `tiers.${tier}`,
        isContradiction,
        'allows more in a shorter time',
      );
    }),
  shop: ({ entitlements, goods, promotion }) => [
    ...[...entitlements, ...goods].flatMap(({ code, regions = [], from, until }) => [
      ...unknownRegions(`items.${code}.regions`, regions),
      ...contradiction(
        `items.${code}`,
        from !== undefined && until !== undefined && from >= until,
        'ends before it begins',
      ),
    ]),
    ...contradiction(
      'promotion',
      promotion.minimumCoins > promotion.maximumCoins,
      'has its smallest amount above its largest',
    ),
  ],
  campaigns: ({ campaigns }) => [
    ...repeatedIds(
      'campaigns',
      campaigns.map(({ code }) => code),
    ),
    ...campaigns.flatMap((campaign) => {
      const { code, regions = [], from, until, budgetCoins, coinsPerUser = 0 } = campaign;
      const at = `campaigns.${code}`;
      return [
        ...unknownRegions(`${at}.regions`, regions),
        ...contradiction(at, from >= until, 'ends before it begins'),
        ...contradiction(at, bonusCoinsOf(campaign, 0) > budgetCoins, 'gives more at once than its budget'),
        ...contradiction(at, coinsPerUser > budgetCoins, 'gives one user more than its budget'),
      ];
    }),
  ],
  challenges: ({ challenges }) => [
    ...repeatedIds(
      'challenges',
      challenges.map(({ code }) => code),
    ),
    ...challenges.flatMap(({ code, regions = [], from, until, coins, budgetCoins }) => [
      ...unknownRegions(`challenges.${code}.regions`, regions),
      ...contradiction(`challenges.${code}`, from >= until, 'ends before it begins'),
      ...contradiction(`challenges.${code}`, coins > budgetCoins, 'gives more at once than its budget'),
    ]),
  ],
  ads: ({ placements }) => [
    ...repeatedIds(
      'placements',
      placements.map(({ code }) => code),
    ),
    ...repeatedIds(
      'placements.adMobUnits',
      placements.flatMap(({ adMobUnits = [] }) => adMobUnits),
    ),
    ...placements.flatMap(({ code, regions = [] }) => unknownRegions(`placements.${code}.regions`, regions)),
  ],
  switches: ({ regions }) => unknownRegions('regions', Object.keys(regions)),
  levels: judgeLevels,
};

const moreADay = 'allows more a day than a week';

function unknownRegions(at: string, regions: string[]): Finding[] {
  return regions
    .filter((region) => !isKnownRegion(region))
    .map((region) =>
      finding('unknown_region', {
        at: `${at}.${region}`,
        sentence: `There is no region ${region}: expected is a code of ISO 3166-1, such as GB for the United Kingdom.`,
      }),
    );
}

function repeatedIds(at: string, ids: string[]): Finding[] {
  const repeated = new Set(ids.filter((id, position) => ids.indexOf(id) !== position));
  return [...repeated].map((id) =>
    finding('repeated_id', {
      at: `${at}.${id}`,
      sentence: `${id} is there more than once: expected is an id for each.`,
    }),
  );
}

function contradiction(at: string, isContradiction: boolean, what: string): Finding[] {
  return isContradiction ? [finding('contradiction', { at, sentence: `${at} ${what}.` })] : [];
}

function takesTheMinimum(rules: { minimumMinor: number; feeBasisPoints: number; feeFixedMinor: number }): boolean {
  const share = scale(rules.minimumMinor, { numerator: rules.feeBasisPoints, denominator: 10_000, rounding: 'up' });
  return share + rules.feeFixedMinor >= rules.minimumMinor;
}

/** All packages of all price lists, and where each is. */
export function packagesOf(value: CatalogValue<'packages'>): { at: string; coinPackage: CoinPackage }[] {
  return listsOf(value).flatMap(([at, { packages }]) => packages.map((coinPackage) => ({ at, coinPackage })));
}

/**
 * A store sells one product in all countries at prices of its own, so that several lists may name the same one, but each for as
 * many coins, and none twice.
 */
function ambiguousProducts(value: CatalogValue<'packages'>, store: 'appleProductId' | 'googleProductId'): Finding[] {
  const known = new Map<string, { lists: Set<string>; coins: string }>();
  return packagesOf(value).flatMap(({ at, coinPackage }) => {
    const product = coinPackage[store];
    if (product === undefined) return [];
    const coins = `${coinPackage.coins} coins and ${coinPackage.bonusCoins} for bonus`;
    const before = known.get(product);
    if (!before) {
      known.set(product, { lists: new Set([at]), coins });
      return [];
    }
    if (before.coins === coins && !before.lists.has(at)) {
      before.lists.add(at);
      return [];
    }
    const sentence = `The product ${product} stands for more than one package: expected is one in each list, with the same coins in all.`;
    return [finding('ambiguous_product', { at: `${at}.packages.${coinPackage.packageId}.${store}`, sentence })];
  });
}
