import type { Campaign } from './campaign-schema.ts';
import type { CatalogKind, CatalogValue, CoinPackage, PriceList } from './schemas.ts';

/** How far a number may go from one version to the next before it looks like a slip: by a factor, or by so much. */
export type Tolerance = { factor: readonly [numerator: number, denominator: number] } | { difference: number };

/** A number of a value, by its place in it. What differs by region counts as what holds there, whoever says so. */
export type Watched = {
  at: string;
  value: number;
  tolerance: Tolerance;
  /** What it counts as in a version that does not have it. What is new is compared with nothing when absent. */
  whenAbsent?: number;
};

/** Names of which not too many may vanish at once. */
export type Group = { at: string; names: string[] };

const half: Tolerance = { factor: [3, 2] };
const double: Tolerance = { factor: [2, 1] };
const fivefold: Tolerance = { factor: [5, 1] };
const threePercent: Tolerance = { difference: 300 };
const tenPercent: Tolerance = { difference: 1_000 };
const threeYears: Tolerance = { difference: 3 };

type Watch<Kind extends CatalogKind> = {
  /** The regions that a value has something to say about. */
  regions: (value: CatalogValue<Kind>) => string[];
  numbers: (value: CatalogValue<Kind>, regions: string[]) => Watched[];
  groups: (value: CatalogValue<Kind>) => Group[];
};

const nothing = () => [];

const watches: { [Kind in CatalogKind]: Watch<Kind> } = {
  packages: {
    regions: nothing,
    numbers: (value) => [
      ...named('', { quoteMinutes: value.quoteMinutes, bonusExpiresAfterDays: value.bonusExpiresAfterDays }, fivefold),
      ...listsOf(value).flatMap(([at, list]) => numbersOfList(at, list)),
    ],
    groups: (value) =>
      listsOf(value).map(([at, { packages }]) => ({ at, names: packages.map(({ packageId }) => packageId) })),
  },
  gifts: {
    regions: nothing,
    numbers: ({ largestQuantity, combos, gifts }) => [
      { at: 'largestQuantity', value: largestQuantity, tolerance: fivefold },
      ...named('combos.', combos, fivefold),
      // So that a gift that is new is compared with something as well.
      { at: 'gifts (dearest)', value: Math.max(0, ...gifts.map(({ price }) => dearest(price))), tolerance: double },
      ...gifts.flatMap(({ code, price }) => named(`gifts.${code}.price.`, price, double)),
    ],
    groups: ({ gifts }) => [{ at: 'gifts', names: gifts.filter(({ enabled }) => enabled).map(({ code }) => code) }],
  },
  rates: {
    regions: nothing,
    numbers: ({ coinsPerDiamond }) => [{ at: 'coinsPerDiamond', value: coinsPerDiamond, tolerance: half }],
    groups: nothing,
  },
  payouts: {
    regions: ({ regionCaps }) => Object.keys(regionCaps),
    numbers: (value, regions) => [
      ...Object.entries(value.methods).flatMap(([method, { minimumMinor, feeBasisPoints, feeFixedMinor }]) => [
        ...named(`methods.${method}.`, { minimumMinor, feeFixedMinor }, double),
        ...named(`methods.${method}.`, { feeBasisPoints }, threePercent),
      ]),
      ...named('', capsOf(value), fivefold),
      ...regions.flatMap((region) =>
        named(`regionCaps.${region}.`, capsOf(value.regionCaps[region] ?? value), fivefold),
      ),
      ...named('', { approvalAboveMinor: value.approvalAboveMinor }, fivefold),
      ...named('', { destinationCoolingOffHours: value.destinationCoolingOffHours }, fivefold),
    ],
    groups: ({ methods, profileMustShow }) => [
      { at: 'methods', names: Object.keys(methods) },
      { at: 'profileMustShow', names: profileMustShow },
    ],
  },
  ages: {
    regions: ({ regionYears }) => Object.keys(regionYears),
    numbers: ({ defaultYears, regionYears, wardYears = {} }, regions) => [
      { at: 'defaultYears', value: defaultYears, tolerance: threeYears },
      ...byRegion('regionYears', regions, (region) => regionYears[region] ?? defaultYears, threeYears),
      ...named('wardYears.', wardYears, threeYears),
    ],
    groups: nothing,
  },
  refunds: {
    regions: ({ withdrawalRegionDays }) => Object.keys(withdrawalRegionDays),
    numbers: ({ withdrawalDefaultDays: days, withdrawalRegionDays }, regions) => [
      { at: 'withdrawalDefaultDays', value: days, tolerance: fivefold },
      ...byRegion('withdrawalRegionDays', regions, (region) => withdrawalRegionDays[region] ?? days, fivefold),
    ],
    groups: nothing,
  },
  limits: {
    regions: (value) => Object.keys(value.regions),
    numbers: (value, regions) => [
      ...named('default.', value.default, fivefold),
      ...regions.flatMap((region) => named(`regions.${region}.`, value.regions[region] ?? value.default, fivefold)),
      ...named('usdMillionths.', value.usdMillionths, half),
    ],
    groups: ({ usdMillionths }) => [{ at: 'usdMillionths', names: Object.keys(usdMillionths) }],
  },
  costs: {
    regions: nothing,
    numbers: ({ taxBasisPoints, fees }) => [
      ...named('taxBasisPoints.', taxBasisPoints, tenPercent),
      ...Object.entries(fees).flatMap(([channel, { basisPoints, fixedUsdMinor }]) => [
        ...named(`fees.${channel}.`, { basisPoints }, tenPercent),
        ...named(`fees.${channel}.`, { fixedUsdMinor }, fivefold),
      ]),
    ],
    groups: nothing,
  },
  spending: {
    regions: nothing,
    numbers: ({ default: caps, tiers, ...rules }) => [
      ...named('default.', caps, fivefold),
      ...Object.entries(tiers).flatMap(([tier, limits]) => named(`tiers.${tier}.`, limits, fivefold)),
      ...named('', rules, fivefold),
    ],
    groups: ({ default: caps, tiers }) => [
      { at: 'tiers', names: Object.keys(tiers) },
      // Each by itself: whoever leaves one out takes a limit off everybody.
      ...Object.keys(caps).map((name) => ({ at: `default.${name}`, names: [name] })),
    ],
  },
  shop: {
    regions: nothing,
    numbers: ({ entitlements, goods, promotion, reservationMinutes, codeFailuresPerHour }) => [
      ...[...entitlements, ...goods].flatMap(({ code, coins }) => named(`items.${code}.`, { coins }, double)),
      ...named('promotion.', promotion, fivefold),
      ...named('', { reservationMinutes, codeFailuresPerHour }, fivefold),
    ],
    groups: ({ entitlements }) => [
      { at: 'entitlements', names: entitlements.filter(({ enabled }) => enabled).map(({ code }) => code) },
    ],
  },
  campaigns: {
    regions: nothing,
    numbers: ({ campaigns }) => campaigns.flatMap(numbersOfCampaign),
    groups: nothing,
  },
  challenges: {
    regions: nothing,
    numbers: ({ challenges }) =>
      challenges.flatMap(({ code, coins, budgetCoins, timesPerUser, expiresAfterDays, worthBasisPoints }) => [
        ...named(`challenges.${code}.`, { coins }, double),
        ...named(`challenges.${code}.`, { budgetCoins, timesPerUser, expiresAfterDays }, fivefold),
        ...worthOfReward(`challenges.${code}.`, worthBasisPoints),
      ]),
    groups: nothing,
  },
  ads: {
    regions: nothing,
    numbers: ({ placements }) =>
      placements.flatMap(({ code, coins, perUserPerDay, expiresAfterDays, worthBasisPoints }) => [
        ...named(`placements.${code}.`, { coins, perUserPerDay }, double),
        ...named(`placements.${code}.`, { expiresAfterDays }, fivefold),
        ...worthOfReward(`placements.${code}.`, worthBasisPoints),
      ]),
    groups: nothing,
  },
  levels: {
    regions: nothing,
    numbers: ({ gifters, creators }) => [
      ...gifters.flatMap(({ level, fromCoins }) => named(`gifters.${level}.`, { fromCoins }, fivefold)),
      ...creators.flatMap(({ level, fromDiamonds }) => named(`creators.${level}.`, { fromDiamonds }, fivefold)),
    ],
    groups: ({ gifters, creators }) => [
      { at: 'gifters', names: gifters.map(({ level }) => level) },
      { at: 'creators', names: creators.map(({ level }) => level) },
    ],
  },
  // Each is one of two, and what becomes of it is all there is to see in the difference.
  switches: { regions: nothing, numbers: nothing, groups: nothing },
};

export function watchOf<Kind extends CatalogKind>(kind: Kind): Watch<Kind> {
  return watches[kind] as unknown as Watch<Kind>;
}

export function listsOf({ regions }: CatalogValue<'packages'>): [at: string, list: PriceList][] {
  return Object.entries(regions).flatMap(([region, channels]) =>
    Object.entries(channels).map(([channel, list]): [string, PriceList] => [`regions.${region}.${channel}`, list]),
  );
}

function numbersOfList(at: string, { packages, custom }: PriceList): Watched[] {
  return [
    ...packages.flatMap((coinPackage) => numbersOfPackage(`${at}.packages.${coinPackage.packageId}`, coinPackage)),
    ...(custom ? named(`${at}.custom.`, custom, double) : []),
  ];
}

/** All coins together as well, since a bonus may come from nothing. */
function numbersOfPackage(at: string, { coins, bonusCoins, priceMinor }: CoinPackage): Watched[] {
  return [
    ...named(`${at}.`, { coins, bonusCoins, priceMinor }, double),
    { at: `${at} (all coins)`, value: coins + bonusCoins, tolerance: half },
  ];
}

function numbersOfCampaign(campaign: Campaign): Watched[] {
  const at = `campaigns.${campaign.code}.`;
  const { budgetCoins, timesPerUser, coinsPerUser } = campaign;
  const common = named(at, { budgetCoins, timesPerUser, coinsPerUser }, fivefold);
  if (campaign.kind === 'discount')
    return [...common, ...named(at, { discountBasisPoints: campaign.discountBasisPoints }, tenPercent)];
  const { expiresAfterDays, worthBasisPoints } = campaign;
  const given = [...named(at, { expiresAfterDays }, fivefold), ...named(at, { worthBasisPoints }, tenPercent)];
  return [...common, ...given, ...named(`${at}bonus.`, campaign.bonus, double)];
}

/** Nobody pays for rewards, so that the margin guard sees none of them: what a new one is worth to creators is compared with what is usual, nothing. */
function worthOfReward(prefix: string, worthBasisPoints: number): Watched[] {
  return named(prefix, { worthBasisPoints }, tenPercent).map((watched) => ({ ...watched, whenAbsent: 0 }));
}

function dearest(price: CatalogValue<'gifts'>['gifts'][number]['price']): number {
  return 'coins' in price ? price.coins : 0;
}

type Caps = { dailyMaximumMinor: number; weeklyMaximumMinor: number };

function capsOf({ dailyMaximumMinor, weeklyMaximumMinor }: Caps): Caps {
  return { dailyMaximumMinor, weeklyMaximumMinor };
}

function named(prefix: string, values: Record<string, number | undefined>, tolerance: Tolerance): Watched[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [{ at: `${prefix}${name}`, value, tolerance }],
  );
}

function byRegion(at: string, regions: string[], valueIn: (region: string) => number, tolerance: Tolerance): Watched[] {
  return regions.map((region) => ({ at: `${at}.${region}`, value: valueIn(region), tolerance }));
}
