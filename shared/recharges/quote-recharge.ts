import { dayOf } from '../calendar.ts';
import { priceListOf, regionNotServed } from '../catalog/list-packages.ts';
import type { CatalogVersion } from '../catalog/schemas.ts';
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
 * `wallet_frozen`, `age_restricted`, `region_not_served`, `package_not_found`.
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
  return {
    ...command,
    region: place.region,
    coins: coinPackage.coins,
    bonusCoins: coinPackage.bonusCoins,
    priceMinor: coinPackage.priceMinor,
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

/** The order keeps every field of its request, so the fields themselves are the fingerprint. */
export function isSameRequest(order: Recharge, command: CreateRecharge): boolean {
  return (
    order.userId === command.userId &&
    order.packageId === command.packageId &&
    order.channel === command.channel &&
    order.provider === command.provider
  );
}

export function keyReused(rechargeId: string): Refusal {
  return refuse(
    'idempotency_key_reused',
    'The Idempotency-Key was used for another request before: use a new UUIDv7 for a new recharge.',
    { rechargeId },
  );
}
