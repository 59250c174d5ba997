import { applyCampaigns } from '../campaigns/apply-campaigns.ts';
import { type OpenCampaigns, openCampaigns } from '../campaigns/open-campaigns.ts';
import { decimalsOf } from '../money/currency.ts';
import { scale } from '../money/units.ts';
import type { ProviderName } from '../providers/payment.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { parseWallet } from '../store/items/wallet.ts';
import { walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { userNotFound } from '../users/get-wallet.ts';
import type { Catalog } from './catalog.ts';
import { customPackageId } from './custom-amount.ts';
import type { PackagesAnswer } from './routes.ts';
import type { CatalogValue, Channel, CoinPackage, PriceList } from './schemas.ts';
import { isOn, switchedOff } from './switches.ts';

type Place = { region: string; channel: Channel };

type ListPackages = Place & { userId?: string | undefined; provider?: ProviderName | undefined; now: Date };

/** What is sold there and, when a user is named, what campaigns make of it for that user. */
export async function listPackages(
  { ledger, catalog }: { ledger: Table; catalog: Catalog },
  { userId, ...place }: ListPackages,
): Promise<PackagesAnswer | Refusal> {
  const [{ version, value }, switches] = await Promise.all([
    catalog.current('packages', place.now),
    catalog.current('switches', place.now),
  ]);
  if (!isOn(switches.value, 'recharges', place.region)) return switchedOff('recharges', place.region);
  const list = priceListOf(value, place);
  if (!list) return regionNotServed(place);
  const { region, channel } = place;
  const wallet = userId === undefined ? undefined : await readItem(ledger, walletKey(userId));
  if (userId !== undefined && !wallet) return userNotFound(userId);
  const campaigns =
    wallet &&
    (await openCampaigns({ ledger, catalog }, { wallet: parseWallet(wallet), occasion: place, isShown: true }));
  const packages = list.packages.map((coinPackage) =>
    present(coinPackage, { list, provider: place.provider, campaigns }),
  );
  return { region, channel, version, packages, ...presentCustom(list) };
}

export function priceListOf(packages: CatalogValue<'packages'>, { region, channel }: Place): PriceList | undefined {
  return packages.regions[region]?.[channel];
}

export function regionNotServed({ region, channel }: Place): Refusal {
  return refuse('region_not_served', `No coins are sold in ${region} through the ${channel} channel.`, {
    region,
    channel,
  });
}

type Shown = { list: PriceList; provider: ProviderName | undefined; campaigns: OpenCampaigns | undefined };

function present(
  coinPackage: CoinPackage,
  { list: { currency, taxIncluded }, provider, campaigns: open }: Shown,
): PackagesAnswer['packages'][number] {
  const applied: ReturnType<typeof applyCampaigns> = open
    ? applyCampaigns(coinPackage, { currency, provider }, open)
    : {};
  const { packageId, coins, bonusCoins, priceMinor } = { ...coinPackage, ...applied };
  const { campaigns, listPriceMinor } = applied;
  return {
    packageId,
    coins,
    bonusCoins,
    price: { amount: priceMinor, currency },
    ...(campaigns && { campaigns: campaigns.map(({ code, kind }) => ({ campaign: code, kind })) }),
    ...(listPriceMinor !== undefined && { listPrice: { amount: listPriceMinor, currency } }),
    taxIncluded,
    pricePerCoin: pricePerCoin({ priceMinor, coins: coins + bonusCoins }, currency),
  };
}

function presentCustom({ custom, currency, taxIncluded }: PriceList): Pick<PackagesAnswer, 'custom'> {
  if (!custom) return {};
  const { minimumCoins, maximumCoins, priceMinor, perCoins } = custom;
  const price = { amount: priceMinor, currency };
  const display = pricePerCoin({ priceMinor, coins: perCoins }, currency);
  const packageId = customPackageId;
  return {
    custom: { packageId, minimumCoins, maximumCoins, price, perCoins, taxIncluded, pricePerCoin: display },
  };
}

const displayDecimals = 5;

/** A price divided by the coins it is for, cut after five decimals: for display, nothing is computed from it. */
function pricePerCoin(
  { priceMinor, coins }: { priceMinor: number; coins: number },
  currency: PriceList['currency'],
): string {
  const numerator = 10 ** (displayDecimals - decimalsOf(currency));
  const cut = scale(priceMinor, { numerator, denominator: coins, rounding: 'down' });
  const digits = String(cut).padStart(displayDecimals + 1, '0');
  return `${digits.slice(0, -displayDecimals)}.${digits.slice(-displayDecimals)}`;
}
