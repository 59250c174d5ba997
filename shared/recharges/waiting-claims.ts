import * as z from 'zod/mini';
import { minor } from '../money/units.ts';
import type { ClaimReport } from '../providers/payment.ts';
import { type Recharge, WaitingClaims } from '../store/items/recharge.ts';
import { paymentKey, waitingClaimsKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import { type Claims, mergeReport } from './claims.ts';

type Named = { provider: string; paymentId: string };
type Waiting = z.infer<typeof WaitingClaims>;

/** What waits for a payment, as it is kept. */
export async function readWaiting(ledger: Table, payment: Named): Promise<Waiting | undefined> {
  const item = await readItem(ledger, waitingClaimsKey(payment));
  return item && z.parse(WaitingClaims, item);
}

/** A part of a transaction that holds only while nothing was added to what waits since it was read. */
export function stillWaiting<Failure>(payment: Named, waiting: Waiting | undefined, failure: Failure): Write<Failure> {
  return { check: { Key: waitingClaimsKey(payment), ...asRead(waiting) }, failure: () => failure };
}

function asRead(waiting: Waiting | undefined) {
  return waiting
    ? { ConditionExpression: 'version = :version', ExpressionAttributeValues: { ':version': waiting.version } }
    : { ConditionExpression: 'attribute_not_exists(pk)' };
}

/**
 * Keeps news of a payment that is no order's yet. A dispute names its payment alone, and may come before the event by which
 * a request that broke off, or a Checkout Session, lets us learn that payment.
 * @returns Whether it is kept; if not, the payment has become an order's meanwhile, or other news of it came at once.
 */
export async function keepWaiting(ledger: Table, payment: Named, reports: ClaimReport[]): Promise<boolean> {
  const before = await readWaiting(ledger, payment);
  const merged = reports.reduce<Claims>(mergeReport, before ?? {});
  const version = (before?.version ?? 0) + 1;
  const written = await transact(ledger, [
    { put: { Item: { ...waitingClaimsKey(payment), ...merged, version }, ...asRead(before) }, failure: () => 'claims' },
    { check: { Key: paymentKey(payment), ConditionExpression: 'attribute_not_exists(pk)' }, failure: () => 'payment' },
  ]);
  return written.committed;
}

/** What was reported of an order's payment before it was known to be the order's. */
export async function waitingClaims(
  ledger: Table,
  { provider, paymentId }: Pick<Recharge, 'provider' | 'paymentId'>,
): Promise<ClaimReport[]> {
  const waiting = paymentId === undefined ? undefined : await readWaiting(ledger, { provider, paymentId });
  if (!waiting) return [];
  const { claims, refundedMinor } = waiting;
  const reports = Object.entries(claims).map(([claimId, claim]) => ({
    claim: { ...claim, claimId, amountMinor: minor(claim.amountMinor) },
  }));
  return [{ refundedMinor: minor(refundedMinor) }, ...reports];
}
