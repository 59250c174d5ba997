import { firstCampaigns } from './campaign-schema.ts';
import { firstLevels } from './levels-schema.ts';
import { firstAds, firstChallenges } from './reward-schema.ts';
import type { CatalogKind, CatalogValue } from './schemas.ts';
import { shopDefaults } from './shop-defaults.ts';
import { spendingDefaults } from './spending-rules.ts';
import { firstSwitches } from './switches.ts';

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
    combos: { idleSeconds: 5, longestSeconds: 300 },
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
    methods: {
      paypal: { minimumMinor: 100, feeBasisPoints: 150, feeFixedMinor: 10 },
      bank: { minimumMinor: 900, feeBasisPoints: 0, feeFixedMinor: 290 },
    },
    dailyMaximumMinor: 100_000,
    weeklyMaximumMinor: 500_000,
    regionCaps: {},
    approvalAboveMinor: 50_000,
    destinationCoolingOffHours: 72,
    profileMustShow: ['name_match', 'tax_profile'],
  },
  ages: { defaultYears: 18, regionYears: { KR: 19 } },
  refunds: {
    withdrawalDefaultDays: 0,
    withdrawalRegionDays: { ...Object.fromEntries(eea.map((region) => [region, 14])), GB: 14, CH: 14, BR: 7, KR: 7 },
  },
  limits: {
    default: { dailyMinor: 50_000, weeklyMinor: 200_000, ordersPerHour: 10, ordersPerDay: 60 },
    regions: {},
    usdMillionths: usdMillionths(),
  },
  costs: {
    // VAT, PPN and consumption tax, of the regions above whose prices include it.
    taxBasisPoints: { GB: 2_000, ID: 1_100, JP: 1_000 },
    fees: {
      // What the app stores keep of developers who earn more than a million dollars a year with them.
      app: { basisPoints: 3_000, fixedUsdMinor: 0 },
      // PayPal's rate for small payments. By the usual ones of card payments, 2.9 % and $0.30, the smallest amounts would be sold at a loss.
      web: { basisPoints: 499, fixedUsdMinor: 9 },
    },
  },
  switches: firstSwitches,
  spending: spendingDefaults,
  shop: shopDefaults,
  campaigns: firstCampaigns,
  challenges: firstChallenges,
  ads: firstAds,
  levels: firstLevels,
};

/** In place of the default where nobody's money is at stake: a profile can be paid to as soon as its identity is verified. */
export const relaxedPayoutRules: CatalogValue<'payouts'> = {
  ...catalogDefaults.payouts,
  destinationCoolingOffHours: 0,
  profileMustShow: [],
};

/** Rough rates of November 2026: limits need no better ones, and an operator may publish others at any time. */
function usdMillionths(): CatalogValue<'limits'>['usdMillionths'] {
  return {
    ...{ AED: 272_300, AUD: 650_000, BGN: 590_000, BHD: 2_652_000, BRL: 185_000, CAD: 715_000, CHF: 1_240_000 },
    ...{ CLP: 1_050, CNY: 140_500, COP: 255, CZK: 47_500, DKK: 155_000, EGP: 21_000, EUR: 1_160_000, GBP: 1_320_000 },
    ...{ HKD: 128_600, HUF: 3_000, IDR: 60, ILS: 300_000, INR: 11_300, JPY: 6_500, KRW: 690, KWD: 3_260_000 },
    ...{ KZT: 1_900, MXN: 54_000, MYR: 240_000, NGN: 690, NOK: 98_500, NZD: 570_000, OMR: 2_600_000, PEN: 295_000 },
    ...{ PHP: 17_100, PKR: 3_550, PLN: 273_000, QAR: 274_700, RON: 228_000, RUB: 12_400, SAR: 266_700, SEK: 105_500 },
    ...{ SGD: 768_000, THB: 30_900, TRY: 23_700, TWD: 32_200, TZS: 405, VND: 38, ZAR: 57_500 },
  };
}

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
