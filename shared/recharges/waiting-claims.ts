import * as z from 'zod/mini';
import { minor } from '../money/units.ts';
import type { ClaimReport } from '../providers/payment.ts';
import { type Recharge, WaitingClaims } from '../store/items/recharge.ts';
import { paymentKey, waitingClaimsKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { transact } from '../store/write.ts';
import { type Claims, mergeReport } from './claims.ts';

/**
 * Keeps news of a payment that is no order's yet. A dispute names its payment alone, and may come before the event by which
 * a request that broke off, or a Checkout Session, lets us learn that payment.
 * @returns Whether it is kept; if not, the payment has become an order's meanwhile, or other news of it came at once.
 */
export async function keepWaiting(
  ledger: Table,
  payment: { provider: string; paymentId: string },
  reports: ClaimReport[],
): Promise<boolean> {
  const item = await readItem(ledger, waitingClaimsKey(payment));
  const before = item && z.parse(WaitingClaims, item);
  const merged = reports.reduce<Claims>(mergeReport, before ?? {});
  const version = (before?.version ?? 0) + 1;
  const written = await transact(ledger, [
    {
      put: {
        Item: { ...waitingClaimsKey(payment), ...merged, version },
        ConditionExpression: 'attribute_not_exists(pk) OR version = :version',
        ExpressionAttributeValues: { ':version': before?.version ?? 0 },
      },
      failure: () => 'claims',
    },
    { check: { Key: paymentKey(payment), ConditionExpression: 'attribute_not_exists(pk)' }, failure: () => 'payment' },
  ]);
  return written.committed;
}

/** What was reported of an order's payment before it was known to be the order's. */
export async function waitingClaims(
  ledger: Table,
  { provider, paymentId }: Pick<Recharge, 'provider' | 'paymentId'>,
): Promise<ClaimReport[]> {
  if (paymentId === undefined) return [];
  const item = await readItem(ledger, waitingClaimsKey({ provider, paymentId }));
  if (!item) return [];
  const { claims, refundedMinor } = z.parse(WaitingClaims, item);
  const reports = Object.entries(claims).map(([claimId, claim]) => ({
    claim: { ...claim, claimId, amountMinor: minor(claim.amountMinor) },
  }));
  return [{ refundedMinor: minor(refundedMinor) }, ...reports];
}
