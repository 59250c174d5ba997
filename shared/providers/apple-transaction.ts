import * as z from 'zod/mini';
import { type Minor, minor, scale } from '../money/units.ts';
import { regionOfStorefront } from './apple-storefront.ts';
import type { Claim, ClaimReport, Payment } from './payment.ts';
import { fromAppleMilliunits } from './provider-amounts.ts';

/** Coins are sold as consumables; whatever else an app sells has another type. */
const consumableType = 'Consumable';

/** The fields of a transaction that are read (https://developer.apple.com/documentation/appstoreserverapi/jwstransactiondecodedpayload). */
const Consumable = z.object({
  transactionId: z.string().check(z.minLength(1)),
  productId: z.string().check(z.minLength(1)),
  quantity: z.int().check(z.positive()),
  /** In thousandths of the currency's major unit. */
  price: z.int().check(z.nonnegative()),
  currency: z.string().check(z.regex(/^[A-Z]{3}$/)),
  /** Of the purchase, ISO 3166-1 alpha-3. */
  storefront: z.optional(z.string()),
  /** What the app gave at the purchase; absent where it gave nothing. */
  appAccountToken: z.optional(z.string()),
  /** Milliseconds since 1970; there once the store has given money back, and no longer when it took that back. */
  revocationDate: z.optional(z.int().check(z.nonnegative())),
  /** How much of the price went back, in thousandths of a percent; absent for all of it. */
  revocationPercentage: z.optional(z.int().check(z.nonnegative(), z.maximum(100_000))),
});

/** A purchase of coins, as Apple signed it. */
export type AppleTransaction = z.infer<typeof Consumable>;

const AnyTransaction = z.object({ type: z.optional(z.string()) });

/** Reads what a signed transaction holds; nothing when it is of something that is no consumable. Throws when it is unreadable. */
export function readAppleTransaction(decoded: unknown): AppleTransaction | undefined {
  return AnyTransaction.parse(decoded).type === consumableType ? Consumable.parse(decoded) : undefined;
}

/** A transaction exists once it is paid, and is never unpaid: that money went back is another matter. */
export function paymentOf({ transactionId, appAccountToken, ...bought }: AppleTransaction): Payment {
  const amountMinor = priceOf(bought);
  return {
    provider: 'apple',
    paymentId: transactionId,
    status: 'succeeded',
    amountMinor,
    amountReceivedMinor: amountMinor,
    currency: bought.currency,
    productId: bought.productId,
    quantity: bought.quantity,
    ...(bought.storefront !== undefined && { storefront: regionOfStorefront(bought.storefront) }),
    ...(appAccountToken !== undefined && { rechargeId: rechargeIdOf(appAccountToken) }),
  };
}

type About = { paymentId: string; rechargeId?: string };

/**
 * That the store gave money back, or (`failed`) took back what it had given. A transaction has one such claim, which moves.
 * Its time is that of the refund itself where the transaction tells it: a notification may be signed anew when it is
 * repeated, and must not seem later than the reversal of its refund then.
 */
export function refundOf(
  transaction: AppleTransaction,
  { state, signedAt }: { state: 'succeeded' | 'failed'; signedAt: Date },
): { about: About; claims: ClaimReport[] } {
  const { transactionId, appAccountToken, revocationDate, revocationPercentage } = transaction;
  const at = state === 'succeeded' && revocationDate !== undefined ? new Date(revocationDate) : signedAt;
  const claim: Claim = {
    kind: 'refund',
    claimId: transactionId,
    state,
    amountMinor: shareOf(priceOf(transaction), revocationPercentage),
    at: at.toISOString(),
  };
  const about = {
    paymentId: transactionId,
    ...(appAccountToken !== undefined && { rechargeId: rechargeIdOf(appAccountToken) }),
  };
  return { about, claims: [{ claim }] };
}

function priceOf({ price, currency }: Pick<AppleTransaction, 'price' | 'currency'>): Minor {
  return fromAppleMilliunits({ milliunits: price, currency });
}

/** A part of the price, rounded down in the buyer's favour. */
function shareOf(price: Minor, percentage: number | undefined): Minor {
  return minor(scale(price, { numerator: percentage ?? 100_000, denominator: 100_000, rounding: 'down' }));
}

/** Swift writes UUIDs in capitals, and ids of recharges have none. */
function rechargeIdOf(appAccountToken: string): string {
  return appAccountToken.toLowerCase();
}
