import { customPackageId, customPriceMinor } from '../catalog/custom-amount.ts';
import type { Channel, CoinPackage, CustomAmount, PriceList } from '../catalog/schemas.ts';
import { isAppStore, type ProviderName } from '../providers/payment.ts';
import { amountStep } from '../providers/provider-amounts.ts';
import { type Refusal, refuse } from '../refusals.ts';
import type { RechargeBody } from './schemas.ts';

/** What is bought, and its price in minor units of the price list's currency. */
export type Offer = {
  coins: number;
  bonusCoins: number;
  bonusWorthBasisPoints?: number;
  priceMinor: number;
  productId?: string;
};

/**
 * What of a price list a request asks for: a package, or a number of coins. Refusals in this order: `package_not_found`,
 * `provider_not_available` (an app store that has no such product), `malformed_request` (coins out of bounds).
 */
export function pickOffer(priceList: PriceList, wanted: RechargeBody, region: string): Offer | Refusal {
  const { packageId, provider, channel, coins } = wanted;
  if (packageId === customPackageId && priceList.custom && coins !== undefined)
    return isAppStore(provider)
      ? notSoldThrough(wanted)
      : customOffer(priceList.custom, coins, amountStep(provider, priceList.currency));
  const coinPackage = priceList.packages.find((candidate) => candidate.packageId === packageId);
  if (!coinPackage) return packageNotFound({ packageId, region, channel });
  const productId = productOf(coinPackage, wanted);
  if (isAppStore(provider) && productId === undefined) return notSoldThrough(wanted);
  const { bonusCoins, bonusWorthBasisPoints, priceMinor } = coinPackage;
  return {
    coins: coinPackage.coins,
    bonusCoins,
    ...(bonusWorthBasisPoints !== undefined && { bonusWorthBasisPoints }),
    priceMinor,
    ...(productId !== undefined && { productId }),
  };
}

function customOffer(custom: CustomAmount, coins: number, stepMinor: number): Offer | Refusal {
  const { minimumCoins: minimum, maximumCoins: maximum } = custom;
  if (coins >= minimum && coins <= maximum)
    return { coins, bonusCoins: 0, priceMinor: customPriceMinor(custom, coins, stepMinor) };
  const problem = `must be between ${minimum} and ${maximum}`;
  return refuse('malformed_request', `The body's coins ${problem}.`, {
    errors: [{ field: 'coins', problem }],
    minimum,
    maximum,
  });
}

function packageNotFound(wanted: { packageId: string; region: string; channel: string }): Refusal {
  const { packageId, region, channel } = wanted;
  return refuse(
    'package_not_found',
    `No package ${packageId} is sold in ${region} through the ${channel} channel: choose one that GET /v1/catalog/packages lists.`,
    wanted,
  );
}

/** What the package is called at the app store that is to sell it; the stores sell in apps only. */
function productOf(
  coinPackage: CoinPackage,
  { provider, channel }: { provider: ProviderName; channel: Channel },
): string | undefined {
  if (channel !== 'app') return undefined;
  if (provider === 'apple') return coinPackage.appleProductId;
  return provider === 'google' ? coinPackage.googleProductId : undefined;
}

function notSoldThrough({ packageId, provider, channel }: RechargeBody): Refusal {
  return refuse(
    'provider_not_available',
    `The package ${packageId} is not sold through ${provider} in the ${channel} channel: app stores sell in the app, what they have as a product.`,
    { packageId, provider, channel },
  );
}
