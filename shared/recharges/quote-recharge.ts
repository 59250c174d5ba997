import { dayOf } from '../calendar.ts';
import { priceListOf, regionNotServed } from '../catalog/list-packages.ts';
import type { CatalogVersion, Channel, CoinPackage } from '../catalog/schemas.ts';
import type { Currency } from '../money/currency.ts';
import { minor } from '../money/units.ts';
import { isAppStore, type ProviderName } from '../providers/payment.ts';
import { canCharge } from '../providers/provider-amounts.ts';
import { type Refusal, refuse } from '../refusals.ts';
import type { Recharge } from '../store/items/recharge.ts';
import type { Wallet } from '../store/items/wallet.ts';
import { userNotFound } from '../users/get-wallet.ts';
import { isAdult, refuseAge } from '../users/guards.ts';
import type { RechargeBody } from './schemas.ts';

export type CreateRecharge = RechargeBody & { rechargeId: string };

/** What the quote is decided from. */
export type QuoteFacts = { wallet: Wallet | undefined; packages: CatalogVersion<'packages'>; now: Date };

/** An order as it is agreed with the buyer: its price and coins stay what they are, whatever the catalogue does next. */
export type Quote = Omit<Recharge, 'dueBucket' | 'dueAt'>;

/**
 * Decides whether the user may buy the package, and at what price. Refusals in this order: `user_not_found`,
 * `wallet_frozen`, `age_restricted`, `region_not_served`, `package_not_found`, `provider_not_available`,
 * `malformed_request` (a checkout that the provider does not have).
 */
export function quoteRecharge(command: CreateRecharge, { wallet, packages, now }: QuoteFacts): Quote | Refusal {
  if (!wallet) return userNotFound(command.userId);
  if (wallet.status === 'frozen')
    return refuse('wallet_frozen', 'The wallet is frozen and can buy no coins; the operator of the app can say why.');
  if (!isAdult(wallet, dayOf(now))) return refuseAge(wallet);
  const { channel, packageId } = command;
  const place = { region: wallet.region, channel };
  const priceList = priceListOf(packages.value, place);
  if (!priceList) return regionNotServed(place);
  const coinPackage = priceList.packages.find((candidate) => candidate.packageId === packageId);
  if (!coinPackage) return packageNotFound({ packageId, ...place });
  const productId = productOf(coinPackage, command);
  if (isAppStore(command.provider) && productId === undefined) return notSoldThrough(command);
  const price = { amountMinor: minor(coinPackage.priceMinor), currency: priceList.currency };
  if (!canCharge(command.provider, price)) return notChargedIn(command, price.currency);
  if (!isOffered(command)) return noSuchCheckout(command.provider);
  return {
    ...command,
    region: place.region,
    coins: coinPackage.coins,
    bonusCoins: coinPackage.bonusCoins,
    priceMinor: coinPackage.priceMinor,
    ...(productId !== undefined && { productId }),
    currency: priceList.currency,
    catalogVersion: packages.version,
    state: 'pending',
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + packages.value.quoteMinutes * 60_000).toISOString(),
    version: 1,
  };
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

function notSoldThrough({ packageId, provider, channel }: CreateRecharge): Refusal {
  return refuse(
    'provider_not_available',
    `The package ${packageId} is not sold through ${provider} in the ${channel} channel: app stores sell in the app, what they have as a product.`,
    { packageId, provider, channel },
  );
}

function notChargedIn({ packageId, provider }: CreateRecharge, currency: Currency): Refusal {
  return refuse(
    'provider_not_available',
    `The price of the package ${packageId}, in ${currency}, cannot be charged through ${provider}: choose another provider.`,
    { packageId, provider, currency },
  );
}

/** PayPal has a page of its own in any case, which may or may not lead the buyer back. */
function isOffered({ provider, checkout }: CreateRecharge): boolean {
  return checkout === undefined || provider === 'stripe' || (provider === 'paypal' && checkout.type === 'session');
}

function noSuchCheckout(provider: ProviderName): Refusal {
  return refuse('malformed_request', `There is no such checkout at ${provider}: leave it out for its usual one.`, {
    errors: [{ field: 'checkout', problem: 'must be absent' }],
  });
}

/** The order keeps every field of its request, so the fields themselves are the fingerprint. */
export function isSameRequest(order: Recharge, command: CreateRecharge): boolean {
  return (
    order.userId === command.userId &&
    order.packageId === command.packageId &&
    order.channel === command.channel &&
    order.provider === command.provider &&
    isSameCheckout(order.checkout, command.checkout)
  );
}

/** Saying what is the default anyway is no other request. */
function isSameCheckout(before: RechargeBody['checkout'], now: RechargeBody['checkout']): boolean {
  const asText = (checkout: RechargeBody['checkout']) =>
    checkout?.type === 'session' ? JSON.stringify([checkout.successUrl, checkout.cancelUrl]) : '';
  return asText(before) === asText(now);
}

export function keyReused(rechargeId: string): Refusal {
  return refuse(
    'idempotency_key_reused',
    'The Idempotency-Key was used for another request before: use a new UUIDv7 for a new recharge.',
    { rechargeId },
  );
}
