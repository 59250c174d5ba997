import { hasReleased, takeAgain } from '../campaigns/order-parts.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { logger } from '../observability.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import type { Recharge } from '../store/items/recharge.ts';
import type { Table } from '../store/table.ts';
import { transact, updateIf } from '../store/write.ts';
import { isAccountClosed } from '../users/is-account-closed.ts';
import { readPurchaseUse, writePurchaseUse } from './count-purchase.ts';
import { expireRecharge } from './expire-recharge.ts';
import { findRecharge } from './find-recharge.ts';
import { countExpired, keepOpen, refuseExpired } from './order-updates.ts';
import { limitsOf, refuseByAmount } from './purchase-limits.ts';
import { currentUse, withAmount } from './purchase-use.ts';

/** What an order keeps as `failure` that was agreed to too late and is above its user's limits by then. */
const limitReached = 'purchase_limit_reached';

/** The same, of one whose campaign has nothing left for it. */
const campaignOver = 'campaign_over';

/** The same, of one whose buyer has closed the account: nobody could spend what it brings. */
const accountClosed = 'account_closed';

const refusedFor = new Set<string | undefined>([limitReached, campaignOver, accountClosed]);

type Stores = { ledger: Table; catalog: Catalog };
type Admission = boolean | typeof changedMeanwhile;

/**
 * Whether the money may be taken now that a buyer has agreed to pay. An order that is open counts in its user's purchase
 * limits, and nobody expires it in this moment. One that expired has given back its part, and others may have taken it
 * since: it is counted again before the money is taken, so that of any number of late ones at once only those are that fit
 * in. The same holds for what it had from campaigns. One that does not fit in, or whose buyer has closed the account, is refused
 * for good, and the money stays with the buyer.
 */
export async function admitPayment(stores: Stores, { rechargeId, userId }: Recharge, now: Date): Promise<boolean> {
  const isAdmitted = await untilUnchanged<boolean>(`What user ${userId} has bought lately`, async () => {
    const order = await findRecharge(stores.ledger, rechargeId);
    if (!order || order.state === 'paid' || order.stillCounts) return true;
    if (refusedFor.has(order.failure)) return false;
    if (await isAccountClosed(stores.ledger, userId)) return refuseClosed(stores, order, now);
    return order.state === 'expired' ? admitExpired(stores, order, now) : admitOpen(stores, rechargeId, now);
  });
  if (!isAdmitted) logger.info('late payment refused', { rechargeId });
  return isAdmitted;
}

/** An order that is open expires first, so that it gives back what it holds. */
async function refuseClosed({ ledger }: Stores, order: Recharge, now: Date): Promise<Admission> {
  if (order.state !== 'expired') {
    await expireRecharge(ledger, order, { givesBack: true, now });
    return changedMeanwhile;
  }
  const { applied } = await updateIf(ledger, refuseExpired(order, accountClosed));
  return applied ? false : changedMeanwhile;
}

async function admitOpen({ ledger }: Stores, rechargeId: string, now: Date): Promise<Admission> {
  const { applied } = await updateIf(ledger, keepOpen(rechargeId, now));
  return applied || changedMeanwhile;
}

async function admitExpired({ ledger, catalog }: Stores, order: Recharge, now: Date): Promise<Admission> {
  const { userId, region, usdMinor = 0 } = order;
  const use = currentUse(await readPurchaseUse(ledger, userId), now);
  const limits = limitsOf(await catalog.current('limits', now), region);
  if (refuseByAmount({ use, limits, usdMinor, now })) {
    const { applied } = await updateIf(ledger, refuseExpired(order, limitReached));
    return applied ? false : changedMeanwhile;
  }
  const parts = hasReleased(order) ? await takeAgain({ ledger, catalog }, order, now) : [];
  if (!parts) {
    const { applied } = await updateIf(ledger, refuseExpired(order, campaignOver));
    return applied ? false : changedMeanwhile;
  }
  const written = await transact<string>(ledger, [
    { update: countExpired(order), failure: () => 'order' },
    ...parts,
    writePurchaseUse(userId, withAmount(use, usdMinor), 'use'),
  ]);
  return written.committed || changedMeanwhile;
}
