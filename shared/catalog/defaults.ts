import type { CatalogKind, CatalogValue } from './schemas.ts';

/** The European Economic Area: the European Union, Iceland, Liechtenstein and Norway. */
const eea = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK'.split(' ');

/** The catalogue that a new deployment starts with; operators publish later versions, nothing here changes what is in force. */
export const catalogDefaults: { [Kind in CatalogKind]: CatalogValue<Kind> } = {
  packages: {
    quoteMinutes: 15,
    bonusExpiresAfterDays: 30,
    regions: {
      US: {
        app: priceList('us-app', 'USD', false, {
          100: 129,
          500: 649,
          1000: 1299,
          3500: 4999,
          7000: 9999,
          17500: 24999,
        }),
        web: {
          ...priceList('us-web', 'USD', false, {
            70: 74,
            350: 370,
            700: 740,
            1400: 1480,
            3500: 3700,
            7000: 7400,
            17500: 18500,
          }),
          custom: { minimumCoins: 30, maximumCoins: 500_000, priceMinor: 74, perCoins: 70 },
        },
      },
      GB: {
        app: priceList('gb-app', 'GBP', true, {
          65: 89,
          330: 449,
          660: 899,
          1321: 1799,
          3303: 4499,
          6607: 8999,
          16500: 21999,
        }),
      },
      ID: { app: priceList('id-app', 'IDR', true, { 70: 1_700_000, 350: 8_500_000, 1400: 34_000_000 }) },
      JP: { app: priceList('jp-app', 'JPY', true, { 100: 160, 500: 800, 1000: 1600 }) },
    },
  },
  gifts: {
    largestQuantity: 9_999,
    gifts: [
      ...grid([
        ['rose', 'Rose', 1],
        ['heart', 'Heart', 5],
        ['clover', 'Clover', 10],
        ['balloon', 'Balloon', 20],
        ['doughnut', 'Doughnut', 30],
        ['party_hat', 'Party Hat', 99],
        ['garland', 'Garland', 199],
        ['sunglasses', 'Sunglasses', 299],
        ['bouquet', 'Bouquet', 399],
        ['drum', 'Drum', 500],
        ['swan', 'Swan', 699],
        ['fireworks', 'Fireworks', 1_000],
        ['hot_air_balloon', 'Hot-Air Balloon', 1_500],
        ['carousel', 'Carousel', 2_000],
        ['luxury_car', 'Luxury Car', 2_699],
        ['sailing_boat', 'Sailing Boat', 3_000],
        ['meteor_shower', 'Meteor Shower', 5_000],
        ['private_island', 'Private Island', 7_000],
        ['northern_lights', 'Northern Lights', 10_000],
        ['castle', 'Castle', 15_000],
        ['space_flight', 'Space Flight', 20_000],
        ['phoenix', 'Phoenix', 26_000],
        ['lighthouse', 'Lighthouse', 30_000],
        ['universe', 'Universe', 34_999],
        ['constellation', 'Constellation', 45_000],
      ]),
      {
        code: 'tip',
        name: 'Tip',
        price: { minimum: 1, maximum: 100_000 },
        tier: 'small',
        surfaces: ['live', 'video', 'comment'],
        enabled: true,
      },
    ],
  },
  rates: { coinsPerDiamond: 2, usdMinorPerDiamond: 1, reversals: { default: 'debt', regions: {} } },
  payouts: {
    methods: { paypal: { minimumMinor: 100, feeBasisPoints: 150, feeFixedMinor: 10 } },
    dailyMaximumMinor: 100_000,
    weeklyMaximumMinor: 500_000,
    approvalAboveMinor: 50_000,
  },
  ages: { defaultYears: 18, regionYears: { KR: 19 } },
  refunds: {
    withdrawalDefaultDays: 0,
    withdrawalRegionDays: { ...Object.fromEntries(eea.map((region) => [region, 14])), GB: 14, CH: 14, BR: 7, KR: 7 },
  },
};

function priceList<C extends 'USD' | 'GBP' | 'IDR' | 'JPY'>(
  prefix: string,
  currency: C,
  taxIncluded: boolean,
  prices: Record<number, number>,
) {
  const packages = Object.entries(prices).map(([coins, priceMinor]) => ({
    packageId: `${prefix}-${coins}`,
    coins: Number(coins),
    bonusCoins: 0,
    priceMinor,
    ...storeProducts(prefix, coins),
  }));
  return { currency, taxIncluded, packages };
}

/**
 * Coins of the app channel are products of the stores too. Google's ids take no hyphen, so that neither name has one;
 * each app may publish a version of the catalogue with the names of its own.
 */
function storeProducts(prefix: string, coins: string): { appleProductId?: string; googleProductId?: string } {
  if (!prefix.endsWith('-app')) return {};
  const productId = `coins.${prefix.replace('-', '.')}.${coins}`;
  return { appleProductId: productId, googleProductId: productId };
}

function grid(gifts: [code: string, name: string, coins: number][]): CatalogValue<'gifts'>['gifts'] {
  return gifts.map(([code, name, coins]) => ({
    code,
    name,
    price: { coins },
    tier: coins < 100 ? 'small' : coins < 1_000 ? 'medium' : coins < 10_000 ? 'large' : 'grand',
    surfaces: ['live', 'video', 'comment'],
    enabled: true,
  }));
}
