import { giveBackParts, hasLowerPrice, holdsParts } from '../campaigns/order-parts.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import type { Recharge } from '../store/items/recharge.ts';
import type { Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import { uncountOrder } from './count-purchase.ts';
import { expireOrder } from './order-updates.ts';

/** `dueAt` is when a late payment is looked for, if it is; `event` is written with everything else. */
type Expiry = { givesBack: boolean; dueAt?: string; event?: Write<'event'>; now: Date };

/**
 * Expires an order that can still be paid. Where it `givesBack`, because nobody can take its money any more without our
 * doing, what it took of its user's purchase limits is given back in the same transaction: once, because an order expires
 * once. So is what it holds of campaigns, also where somebody may still pay: a bonus is then taken again or left out, but a lower
 * price that somebody may still pay is kept. Whether it did; if not, the order is no longer open, or its money is being taken.
 */
export async function expireRecharge(
  ledger: Table,
  order: Recharge,
  { givesBack, dueAt, event, now }: Expiry,
): Promise<boolean> {
  return untilUnchanged(`What user ${order.userId} has bought lately`, async () => {
    const releasesCampaigns = holdsParts(order) && (givesBack || !hasLowerPrice(order));
    const written = await transact<'order' | 'use' | 'event'>(ledger, [
      {
        update: expireOrder(order, {
          stillCounts: !givesBack,
          releasesCampaigns,
          ...(dueAt !== undefined && { dueAt }),
        }),
        failure: () => 'order',
      },
      ...(givesBack ? await uncountOrder(ledger, order) : []),
      ...(releasesCampaigns ? await giveBackParts(ledger, order, now) : []),
      ...(event ? [event] : []),
    ]);
    if (written.committed) return true;
    return written.failures.every((failure) => failure === 'use') ? changedMeanwhile : false;
  });
}
