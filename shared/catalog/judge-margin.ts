import { decimalsOf, formatMinor } from '../money/currency.ts';
import type { Campaign } from './campaign-schema.ts';
import { bonusCoinsOf, combinationsFor, holdsIn, isOnPackage } from './campaigns-of-package.ts';
import { type Finding, finding } from './findings.ts';
import { type Combination, campaignsFrom, usdMillionthsOf } from './schedule.ts';
import type { Channel, CoinPackage, PriceList } from './schemas.ts';

const wholeBasisPoints = 10_000n;

/** What is sold in one place: so many coins for a price, which may be a fraction of a minor unit. */
type Sale = { at: string; coins: number; price: { numerator: number; denominator: number }; words: string };

type Place = { region: string; channel: Channel; list: PriceList };

/**
 * Coins that leave less than they are worth to a creator. Whoever buys them and gives them to a creator of their own takes the
 * difference out of the platform, again and again.
 */
export function judgeMargin(combination: Combination): Finding[] {
  return placesOf(combination).flatMap((place) =>
    [...salesOf(place), ...campaignSalesOf(place, combination)].flatMap((sale) => {
      const left = leftOver(sale, place, combination);
      if (left === undefined || isAbove(left, combination.rates.value.coinsPerDiamond)) return [];
      return [finding('below_creator_worth', { at: sale.at, sentence: describe(sale, left, combination) })];
    }),
  );
}

function placesOf({ packages }: Combination): Place[] {
  return Object.entries(packages.value.regions).flatMap(([region, channels]) =>
    Object.entries(channels).map(([channel, list]) => ({ region, channel: channel as Channel, list })),
  );
}

/**
 * Of a custom amount the fewest coins, before the price is rounded up: a fixed fee weighs most on them, so that whatever holds
 * for them holds for every larger amount.
 */
function salesOf({ region, channel, list }: Place): Sale[] {
  const { currency, packages, custom } = list;
  const at = `regions.${region}.${channel}`;
  const sales = packages.map(({ packageId, coins, bonusCoins, priceMinor }) => ({
    at: `${at}.packages.${packageId}`,
    coins: coins + bonusCoins,
    price: { numerator: priceMinor, denominator: 1 },
    words: `${coins + bonusCoins} coins for ${formatMinor(priceMinor, currency)} ${currency}`,
  }));
  if (!custom) return sales;
  const { minimumCoins, priceMinor, perCoins } = custom;
  const words = `${minimumCoins} coins at ${formatMinor(priceMinor, currency)} ${currency} for ${perCoins}`;
  const price = { numerator: minimumCoins * priceMinor, denominator: perCoins };
  return [...sales, { at: `${at}.custom`, coins: minimumCoins, price, words }];
}

/** Packages as campaigns sell them: each campaign by itself, and a bonus with a discount where both are stackable. */
function campaignSalesOf({ region, channel, list }: Place, { campaigns, from }: Combination): Sale[] {
  const here = campaignsFrom(campaigns.value, from).filter((campaign) => holdsIn(campaign, { region, channel }));
  return list.packages.flatMap((coinPackage) => {
    const applied = combinationsFor(here.filter((campaign) => isOnPackage(campaign, coinPackage)));
    return applied.map((together) => campaignSale(together, coinPackage, list.currency));
  });
}

/** The lower price before it is rounded up. All bonus coins count in full, though a creator may get less for them. */
function campaignSale(together: Campaign[], coinPackage: CoinPackage, currency: PriceList['currency']): Sale {
  const { packageId, coins, bonusCoins, priceMinor } = coinPackage;
  const bonus = together.reduce((most, campaign) => Math.max(most, bonusCoinsOf(campaign, coins)), bonusCoins);
  const left = together.reduce(
    (share, campaign) => (campaign.kind === 'discount' ? share - campaign.discountBasisPoints : share),
    Number(wholeBasisPoints),
  );
  const names = together.map(({ code }) => code).join(' and ');
  return {
    at: `campaigns.${together[0]?.code}.packages.${packageId}`,
    coins: coins + bonus,
    price: { numerator: priceMinor * left, denominator: Number(wholeBasisPoints) },
    words: `With ${names}, ${coins + bonus} coins for ${left / 100} % of ${formatMinor(priceMinor, currency)} ${currency}`,
  };
}

/** US cents for each coin, as a fraction. */
type Fraction = { numerator: bigint; denominator: bigint };

/**
 * The price without its tax, less the fee on the whole price and the fixed one. Some take their share of what is left without
 * the tax; the guard reckons with the dearer. Nothing where a rate is missing, which is a finding of its own.
 */
function leftOver(
  { coins, price }: Sale,
  { region, channel, list }: Place,
  { limits, costs }: Combination,
): Fraction | undefined {
  const { currency, taxIncluded } = list;
  const usdMillionths = usdMillionthsOf(limits.value, currency);
  const tax = taxIncluded ? costs.value.taxBasisPoints[region] : 0;
  if (usdMillionths === undefined || tax === undefined) return undefined;
  const { basisPoints, fixedUsdMinor } = costs.value.fees[channel];
  const withTax = wholeBasisPoints + BigInt(tax);
  // A minor unit is worth usdMillionths ÷ (10,000 × 10^decimals) US cents.
  const toCents = { numerator: BigInt(usdMillionths), denominator: 10_000n * 10n ** BigInt(decimalsOf(currency)) };
  const kept = wholeBasisPoints * wholeBasisPoints - BigInt(basisPoints) * withTax;
  const numerator = BigInt(price.numerator) * toCents.numerator * kept;
  const denominator = BigInt(price.denominator) * toCents.denominator * withTax * wholeBasisPoints;
  return {
    numerator: numerator - BigInt(fixedUsdMinor) * denominator,
    denominator: denominator * BigInt(coins),
  };
}

/** A coin is worth a cent divided by the coins of a diamond. */
function isAbove({ numerator, denominator }: Fraction, coinsPerDiamond: number): boolean {
  return numerator * BigInt(coinsPerDiamond) > denominator;
}

function describe(sale: Sale, left: Fraction, { packages, rates }: Combination): string {
  const worth = { numerator: 1n, denominator: BigInt(rates.value.coinsPerDiamond) };
  return (
    `${sale.words} (packages ${packages.version}) leave ${inCents(left)} US cents a coin after tax and fees; a coin must leave ` +
    `more than it is worth to a creator, which is ${inCents(worth)} (rates ${rates.version}).`
  );
}

/** To four decimals, cut. */
function inCents({ numerator, denominator }: Fraction): string {
  const cut = (numerator * 10_000n) / denominator;
  const digits = String(cut < 0n ? -cut : cut).padStart(5, '0');
  return `${cut < 0n ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`;
}
