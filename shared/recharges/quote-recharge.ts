import { applyCampaigns } from '../campaigns/apply-campaigns.ts';
import type { OpenCampaigns } from '../campaigns/open-campaigns.ts';
import { customPackageId } from '../catalog/custom-amount.ts';
import { priceListOf, regionNotServed } from '../catalog/list-packages.ts';
import type { CatalogVersion } from '../catalog/schemas.ts';
import { isOn, switchedOff } from '../catalog/switches.ts';
import { type Currency, formatMinor } from '../money/currency.ts';
import { type Minor, minor } from '../money/units.ts';
import type { ProviderName } from '../providers/payment.ts';
import { canCharge } from '../providers/provider-amounts.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import type { Recharge } from '../store/items/recharge.ts';
import type { Wallet } from '../store/items/wallet.ts';
import { currentRules } from '../users/current-rules.ts';
import { userNotFound } from '../users/get-wallet.ts';
import { refuseStatus, refuseUser } from '../users/guards.ts';
import { pickOffer } from './pick-offer.ts';
import type { RechargeBody } from './schemas.ts';

export type CreateRecharge = RechargeBody & { rechargeId: string };

/** What the quote is decided from. */
export type QuoteFacts = {
  wallet: Wallet | undefined;
  packages: CatalogVersion<'packages'>;
  switches: CatalogVersion<'switches'>;
  /** Those that are open to the buyer; absent where nobody has looked. */
  campaigns?: OpenCampaigns | undefined;
  now: Date;
};

/** An order as it is agreed with the buyer: its price and coins stay what they are, whatever the catalogue does next. */
export type Quote = Omit<Recharge, 'dueBucket' | 'dueAt'>;

/**
 * Decides whether the user may buy the coins, and at what price. Refusals in this order: `user_not_found`,
 * those of `refuseStatus`, those of `refuseUser`, `purchases_blocked`, `storefront_differs`, `switched_off`, `region_not_served`, those of `pickOffer`, `provider_not_available` (a price that the
 * provider cannot charge), `malformed_request` (a checkout that the provider does not have).
 */
export function quoteRecharge(
  command: CreateRecharge,
  { wallet, packages, switches, campaigns, now }: QuoteFacts,
): Quote | Refusal {
  if (!wallet) return userNotFound(command.userId);
  const refusal = refuseStatus(wallet) ?? refuseUser(wallet, now);
  if (refusal) return refusal;
  if (currentRules(wallet, now)?.guardian?.purchases === 'blocked')
    return refuse('purchases_blocked', "The user's guardian lets the user buy no coins.");
  if (command.storefront !== undefined && command.storefront !== wallet.region)
    return storefrontDiffers(command.storefront, wallet.region);
  if (!isOn(switches.value, 'recharges', wallet.region)) return switchedOff('recharges', wallet.region);
  const place = { region: wallet.region, channel: command.channel };
  const priceList = priceListOf(packages.value, place);
  if (!priceList) return regionNotServed(place);
  const plain = pickOffer(priceList, command, place.region);
  if (isRefusal(plain)) return plain;
  // A custom amount has a price of its own for each number of coins, and no campaign names it.
  const isPackage = command.packageId !== customPackageId;
  const { packageId, provider } = command;
  const { currency } = priceList;
  const applied =
    campaigns && isPackage ? applyCampaigns({ ...plain, packageId }, { currency, provider }, campaigns) : undefined;
  const offer = { ...plain, ...applied };
  const price = { amountMinor: minor(offer.priceMinor), currency };
  if (!canCharge(command.provider, price)) return notCharged(command, price);
  if (!isOffered(command)) return noSuchCheckout(command.provider);
  return {
    ...command,
    region: place.region,
    ...offer,
    currency,
    catalogVersion: packages.version,
    state: 'pending',
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + packages.value.quoteMinutes * 60_000).toISOString(),
    version: 1,
  };
}

function storefrontDiffers(storefront: string, region: string): Refusal {
  return refuse(
    'storefront_differs',
    `The device's store is that of ${storefront}, and the user's region is ${region}: prices and rules are those of one of them.`,
    { storefront, region },
  );
}

type Price = { amountMinor: Minor; currency: Currency };

function notCharged({ packageId, provider }: CreateRecharge, { amountMinor: amount, currency }: Price): Refusal {
  return refuse(
    'provider_not_available',
    `The price of ${formatMinor(amount, currency)} ${currency} cannot be charged through ${provider}: choose another provider.`,
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
    (command.packageId !== customPackageId || order.coins === command.coins) &&
    order.channel === command.channel &&
    order.provider === command.provider &&
    order.storefront === command.storefront &&
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
