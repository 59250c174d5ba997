import { type GooglePurchase, hashOfToken } from '../providers/google-play-answers.ts';
import type { GooglePurchaseWork } from '../store/items/google-purchase.ts';
import { dueBucketOf, googlePurchaseKey } from '../store/keys.ts';
import type { Table } from '../store/table.ts';
import { transact, updateIf } from '../store/write.ts';

const minuteMilliseconds = 60_000;
const hourMilliseconds = 60 * minuteMilliseconds;

/**
 * How often Google is asked about a purchase that is not finished, by its age: soon while a fan may be waiting for coins,
 * and at least every hour within the three days after which Google gives back what was not consumed. A purchase that is
 * paid in cash may be pending for longer.
 */
const pace = [
  { untilAge: 10 * minuteMilliseconds, every: minuteMilliseconds },
  { untilAge: 3 * hourMilliseconds, every: 10 * minuteMilliseconds },
  { untilAge: 96 * hourMilliseconds, every: hourMilliseconds },
  { untilAge: Number.POSITIVE_INFINITY, every: 24 * hourMilliseconds },
];

export function nextLook({ firstSeenAt }: Pick<GooglePurchaseWork, 'firstSeenAt'>, now: Date): string {
  const age = now.getTime() - Date.parse(firstSeenAt);
  const every = pace.find(({ untilAge }) => age < untilAge)?.every ?? hourMilliseconds;
  return new Date(now.getTime() + every).toISOString();
}

type Known = { purchase: Pick<GooglePurchase, 'purchaseToken'>; rechargeId: string; now: Date };

/** Puts the purchase on the sweep's list, once: one that is known already stays as it is. */
export async function takeUpPurchase(ledger: Table, { purchase, rechargeId, now }: Known): Promise<void> {
  const { purchaseToken } = purchase;
  const id = hashOfToken(purchaseToken);
  const firstSeenAt = now.toISOString();
  const work: GooglePurchaseWork = {
    purchaseToken,
    rechargeId,
    firstSeenAt,
    state: 'open',
    dueBucket: dueBucketOf({ kind: 'google-purchase', id }),
    dueAt: nextLook({ firstSeenAt }, now),
  };
  await transact(ledger, [
    {
      put: { Item: { ...googlePurchaseKey(id), ...work }, ConditionExpression: 'attribute_not_exists(pk)' },
      failure: () => 'known',
    },
  ]);
}

type Finished = Pick<GooglePurchase, 'purchaseToken'> & { as: 'consumed' | 'closed' };

/** Nothing is left to do about the purchase; how it ended first is how it stays. */
export async function finishPurchase(ledger: Table, { purchaseToken, as }: Finished): Promise<void> {
  await updateIf(ledger, {
    Key: googlePurchaseKey(hashOfToken(purchaseToken)),
    ConditionExpression: '#state = :open',
    UpdateExpression: 'SET #state = :state REMOVE dueBucket, dueAt',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':open': 'open', ':state': as },
  });
}

/** The purchase stays on the list and is looked at again later. */
export async function postponePurchase(ledger: Table, work: GooglePurchaseWork, now: Date): Promise<void> {
  await updateIf(ledger, {
    Key: googlePurchaseKey(hashOfToken(work.purchaseToken)),
    ConditionExpression: '#state = :open',
    UpdateExpression: 'SET dueAt = :dueAt',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':open': 'open', ':dueAt': nextLook(work, now) },
  });
}
