import { newId } from '../identifiers.ts';
import type { PayoutEntry } from '../store/items/creator.ts';
import type { Payout } from '../store/items/payout.ts';
import { creatorEntryKey, creatorShardKey } from '../store/keys.ts';
import type { Write } from '../store/write.ts';
import { homeShard } from './open-payout.ts';
import { payoutMethods } from './payout-provider.ts';
import type { PayoutTransition } from './states.ts';

type Flow = NonNullable<PayoutTransition['flow']>;

/** Between which balances of the creator's home shard a flow moves the diamonds of a payout. */
const balances = {
  payout_paid: { from: 'held', to: 'paidOut' },
  payout_release: { from: 'held', to: 'available' },
  payout_returned: { from: 'paidOut', to: 'available' },
} as const satisfies Record<Flow, { from: string; to: string }>;

type Movement = { flow: Flow; reason: string; now: Date };

/**
 * Moves the diamonds and puts the entry; always in one transaction with the payout's change of state, which makes it happen
 * once. `failure` is what it means that the diamonds are not there: somebody else has moved the payout and them.
 */
export function diamondWrites<Failure>(payout: Payout, movement: Movement, failure: () => Failure): Write<Failure>[] {
  const { creatorId, milliDiamonds } = payout;
  const { from, to } = balances[movement.flow];
  const entry = describeEntry(payout, movement);
  return [
    {
      update: {
        Key: creatorShardKey({ creatorId, shard: homeShard }),
        ConditionExpression: '#from >= :amount',
        UpdateExpression: 'SET #from = #from - :amount, #to = if_not_exists(#to, :zero) + :amount',
        ExpressionAttributeNames: { '#from': from, '#to': to },
        ExpressionAttributeValues: { ':amount': milliDiamonds, ':zero': 0 },
      },
      failure,
    },
    {
      put: { Item: { ...creatorEntryKey(entry), ...entry }, ConditionExpression: 'attribute_not_exists(pk)' },
      failure,
    },
  ];
}

function describeEntry(payout: Payout, { flow, reason, now }: Movement): PayoutEntry {
  const { payoutId, creatorId, milliDiamonds, netMinor, feeMinor, currency } = payout;
  const common = { entryId: newId(now), creatorId, shard: homeShard, at: now.toISOString(), payoutId };
  const isByStripe = payoutMethods[payout.method].provider === 'stripe';
  const amounts = { milliDiamonds, netMinor, feeMinor, ...(isByStripe && { stripeNetMinor: netMinor }) };
  const cash = { amounts, currency };
  switch (flow) {
    case 'payout_paid':
      return { ...common, ...cash, flow };
    case 'payout_release':
      return { ...common, flow, amounts: { milliDiamonds }, reason };
    case 'payout_returned':
      return { ...common, ...cash, flow, reason };
  }
}
