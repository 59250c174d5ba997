import type { ClaimReport } from '../providers/payment.ts';
import { moneyOf, type Recharge, type StoredClaim } from '../store/items/recharge.ts';

export type Claims = Pick<Recharge, 'claims' | 'refundedMinor'>;

/** Whether anything was ever reported of money that goes back. */
export function hasClaim({ claims = {}, refundedMinor = 0 }: Claims): boolean {
  return refundedMinor > 0 || Object.keys(claims).length > 0;
}

/**
 * Adds what is reported to what is known. Reports come in any order and any number: of one claim the later state counts,
 * by the provider's own time, and of two at the same time the one that is further along; of running totals the highest.
 * What we only asked for gives way to anything that the provider says of it, whichever clock is ahead.
 */
export function mergeReport(known: Claims, { claim, refundedMinor }: ClaimReport): Required<Claims> {
  const claims = { ...known.claims };
  if (claim) {
    const { claimId, ...stored } = claim;
    const before = claims[claimId];
    if (!before || isLater(stored, before)) claims[claimId] = stored;
  }
  return { claims, refundedMinor: Math.max(known.refundedMinor ?? 0, refundedMinor ?? 0) };
}

/** No two states of one kind are equal, or the order in which they come would decide. */
const progress: Record<StoredClaim['state'], number> = {
  requested: 0,
  pending: 1,
  open: 1,
  succeeded: 2,
  won: 2,
  failed: 3,
  lost: 3,
};

function isLater(claim: StoredClaim, before: StoredClaim): boolean {
  const [isRequest, wasRequest] = [claim.state === 'requested', before.state === 'requested'];
  if (isRequest !== wasRequest) return wasRequest;
  if (claim.at !== before.at) return claim.at > before.at;
  if (claim.state !== before.state) return progress[claim.state] > progress[before.state];
  return claim.amountMinor > before.amountMinor;
}

/** How much of a payment is gone, and how much of the rest may go, in minor units; together never more than the price. */
export type Exposure = { goneMinor: number; atStakeMinor: number };

export function exposureOf(
  order: Pick<Recharge, 'claims' | 'refundedMinor' | 'priceMinor' | 'currency' | 'paid'>,
): Exposure {
  const { minor } = moneyOf(order);
  const claims = Object.values(order.claims ?? {});
  const refunds = (states: string[]) =>
    sumOf(claims.filter(({ kind, state }) => kind === 'refund' && states.includes(state)));
  const disputes = (wanted: string) =>
    sumOf(claims.filter(({ kind, state }) => kind === 'dispute' && state === wanted));
  // A running total once counted the refunds that failed later.
  const running = (order.refundedMinor ?? 0) - refunds(['failed']);
  const refunded = Math.max(running, refunds(['pending', 'succeeded']));
  // The running total may tell of a refund that we asked for before the refund itself does.
  const asked = Math.max(running, refunds(['requested', 'pending', 'succeeded'])) - refunded;
  const goneMinor = Math.min(minor, refunded + disputes('lost'));
  return { goneMinor, atStakeMinor: Math.min(minor - goneMinor, disputes('open') + asked) };
}

function sumOf(claims: StoredClaim[]): number {
  return claims.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
}
