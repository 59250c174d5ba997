import type { Recharge } from '../store/items/recharge.ts';
import { dueBucketOf } from '../store/keys.ts';

/** Providers list a payment on the day that it is made, or on the next; a day's list is read within hours of its end. */
const awaitedMilliseconds = 36 * 3_600_000;

type Due = Partial<Pick<Recharge, 'dueBucket' | 'dueAt'>>;

/**
 * Where a paid order waits to be found in its provider's own list, and until when. Nowhere at Google Play, which has no
 * such list: it is asked about every purchase before it is credited.
 */
export function awaitedInList(order: Pick<Recharge, 'rechargeId' | 'provider' | 'paidAt' | 'listedAs'>): Due {
  const { rechargeId: id, provider, paidAt, listedAs } = order;
  if (provider === 'google' || paidAt === undefined || listedAs !== undefined) return {};
  const dueAt = new Date(Date.parse(paidAt) + awaitedMilliseconds).toISOString();
  return { dueBucket: dueBucketOf({ kind: `reconciliation-${provider}`, id }), dueAt };
}

/** Whether the order waits for that, and for nothing else. */
export function isAwaitedInList({ state, dueBucket }: Recharge): boolean {
  return state === 'paid' && dueBucket?.startsWith('reconciliation-') === true;
}
