import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Recharge, RechargeState } from '../store/items/recharge.ts';
import { rechargeKey } from '../store/keys.ts';
import { isInOneOf, type TransitionUpdate, takeTransition } from '../store/state-machine.ts';
import { awaitedInList } from './awaited-in-list.ts';
import { openStates, rechargeTransitions } from './states.ts';

type OrderUpdate = Omit<UpdateCommandInput, 'TableName' | 'ReturnValues' | 'ReturnValuesOnConditionCheckFailure'>;

/** Which payment of which order. */
export type PaymentOf = { rechargeId: string; paymentId: string };

/** An order has one payment, which it learns from whoever comes first: the request that opened it, or an event. */
const isItsPayment = '(attribute_not_exists(paymentId) OR paymentId = :intent)';

export function rememberPayment({ rechargeId, paymentId }: PaymentOf): OrderUpdate {
  return {
    Key: rechargeKey(rechargeId),
    ConditionExpression: `attribute_exists(pk) AND ${isItsPayment}`,
    UpdateExpression: 'SET paymentId = :intent, version = version + :one',
    ExpressionAttributeValues: { ':intent': paymentId, ':one': 1 },
  };
}

/** What an app store made of an order: its own price, and how many packages the buyer took. */
export type Sold = Partial<
  Pick<Recharge, 'paid' | 'quantity' | 'coins' | 'bonusCoins' | 'priceMinor' | 'usdMinor' | 'soldIn'>
>;

/** What became of what an order has from campaigns, when it is paid after it had given that back. */
export type LateBonus = Partial<Pick<Recharge, 'bonusCoins' | 'bonusWorthBasisPoints' | 'campaignsReleased'>>;

/** Which Checkout Session is the order's: the first one stays. */
export function rememberSession({ rechargeId, sessionId }: { rechargeId: string; sessionId: string }): OrderUpdate {
  return {
    Key: rechargeKey(rechargeId),
    ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(sessionId) OR sessionId = :session)',
    UpdateExpression: 'SET sessionId = :session, version = version + :one',
    ExpressionAttributeValues: { ':session': sessionId, ':one': 1 },
  };
}

/** What the payment makes of an order; of what is in the due index, only what is said here stays there. */
export type PaidOrder = Pick<Recharge, 'paymentId' | 'paidAt' | 'inPaid' | 'bonusExpiresAt' | 'dueBucket' | 'dueAt'> &
  Sold &
  LateBonus;

/** The order is paid, if nobody has changed it since it was read: claims may have come to it. */
export function payOrder({ rechargeId, version }: Recharge, { dueBucket, dueAt, ...paid }: PaidOrder): OrderUpdate {
  const pay = takeTransition(rechargeTransitions.pay);
  const changes = dueAt === undefined ? paid : { ...paid, dueBucket, dueAt };
  const names = Object.keys(changes);
  return {
    ...transition(rechargeId, pay, {
      ...Object.fromEntries(Object.entries(changes).map(([name, value]) => [`:${name}`, value])),
      ':version': version,
    }),
    ConditionExpression: `${pay.condition} AND version = :version`,
    UpdateExpression:
      `SET ${[pay.assignment, ...names.map((name) => `${name} = :${name}`)].join(', ')}, version = version + :one ` +
      `REMOVE failure, stillCounts${dueAt === undefined ? ', dueBucket, dueAt' : ''}`,
  };
}

/** Without `paymentId` where the next attempt is another payment, as at an app store. */
export type FailedOrder = Pick<PaymentOf, 'rechargeId'> & { paymentId?: string; failure: string };

export function failOrder({ rechargeId, paymentId, failure }: FailedOrder): OrderUpdate {
  const fail = takeTransition(rechargeTransitions.fail);
  const isAnothers = paymentId === undefined;
  return {
    ...transition(rechargeId, fail, { ...(!isAnothers && { ':intent': paymentId }), ':failure': failure }),
    ConditionExpression: isAnothers ? fail.condition : `${fail.condition} AND ${isItsPayment}`,
    UpdateExpression: `SET ${fail.assignment}${isAnothers ? '' : ', paymentId = :intent'}, failure = :failure, version = version + :one`,
  };
}

type Expiry = { dueAt?: string; stillCounts: boolean; releasesCampaigns: boolean };

/**
 * The quoted price is over, if nobody has begun to take the order's money since it was read. `dueAt` is when a late payment
 * is looked for, if it is.
 */
export function expireOrder(
  { rechargeId, takingAt }: Recharge,
  { dueAt, stillCounts, releasesCampaigns }: Expiry,
): OrderUpdate {
  const expire = takeTransition(rechargeTransitions.expire);
  const counts = stillCounts ? ', stillCounts = :stillCounts' : '';
  const released = releasesCampaigns ? ', campaignsReleased = :released' : '';
  const due = dueAt === undefined ? ' REMOVE dueBucket, dueAt' : ', dueAt = :dueAt';
  return {
    ...transition(rechargeId, expire, {
      ...(dueAt !== undefined && { ':dueAt': dueAt }),
      ...(stillCounts && { ':stillCounts': true }),
      ...(releasesCampaigns && { ':released': true }),
      ...(takingAt !== undefined && { ':takingAt': takingAt }),
    }),
    ConditionExpression: `${expire.condition} AND ${takingAt === undefined ? 'attribute_not_exists(takingAt)' : 'takingAt = :takingAt'}`,
    UpdateExpression: `SET ${expire.assignment}, version = version + :one${counts}${released}${due}`,
  };
}

/**
 * Nobody who has read an open order before expires it, because its money is about to be taken. The version stays: whoever
 * else is about to take or credit it comes to the same.
 */
export function keepOpen(rechargeId: string, now: Date): OrderUpdate {
  const { names, values, condition } = isInOneOf<RechargeState>(openStates);
  return {
    Key: rechargeKey(rechargeId),
    ConditionExpression: condition,
    UpdateExpression: 'SET takingAt = :now',
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: { ...values, ':now': now.toISOString() },
  };
}

/** An expired order counts again, because its money is about to be taken, if nobody has changed it since it was read. */
export function countExpired({ rechargeId, version, campaignsReleased }: Recharge): OrderUpdate {
  const released = campaignsReleased === undefined ? '' : ', campaignsReleased = :released';
  return {
    Key: rechargeKey(rechargeId),
    ConditionExpression: 'version = :version',
    UpdateExpression: `SET stillCounts = :stillCounts, version = version + :one${released}`,
    ExpressionAttributeValues: {
      ':version': version,
      ':stillCounts': true,
      ':one': 1,
      ...(campaignsReleased !== undefined && { ':released': false }),
    },
  };
}

/** Nothing more comes of an expired order, if nobody has changed it since it was read. */
export function refuseExpired({ rechargeId, version }: Recharge, failure: string): OrderUpdate {
  return {
    Key: rechargeKey(rechargeId),
    ConditionExpression: 'version = :version',
    UpdateExpression: 'SET failure = :failure, version = version + :one REMOVE dueBucket, dueAt',
    ExpressionAttributeValues: { ':version': version, ':failure': failure, ':one': 1 },
  };
}

/** The order stays as open or expired as it is, and is looked at again at `dueAt`, or never when there is none. */
export function postponeOrder({ rechargeId, state }: Recharge, dueAt: string | undefined): OrderUpdate {
  const same = isInOneOf<RechargeState>(state === 'expired' ? ['expired'] : openStates);
  const due = dueAt === undefined ? ' REMOVE dueBucket, dueAt' : ', dueAt = :dueAt';
  return {
    ...transition(rechargeId, same, dueAt === undefined ? {} : { ':dueAt': dueAt }),
    ConditionExpression: same.condition,
    UpdateExpression: `SET version = version + :one${due}`,
  };
}

/** The claims that were there before the payment have been seen to; the order waits for what every paid order waits for. */
export function claimsSeenTo(order: Recharge): OrderUpdate {
  const { dueBucket, dueAt } = awaitedInList(order);
  const next = dueAt === undefined ? ' REMOVE dueBucket, dueAt' : ', dueBucket = :bucket, dueAt = :dueAt';
  return {
    Key: rechargeKey(order.rechargeId),
    ConditionExpression: 'dueAt = :seen',
    UpdateExpression: `SET version = version + :one${next}`,
    ExpressionAttributeValues: {
      ':seen': order.dueAt,
      ':one': 1,
      ...(dueAt !== undefined && { ':bucket': dueBucket, ':dueAt': dueAt }),
    },
  };
}

/** What claims made of an order, if nobody has changed it since it was read. */
export function claimOrder(order: Recharge, changes: Partial<Recharge>): OrderUpdate {
  const names = Object.keys(changes);
  return {
    Key: rechargeKey(order.rechargeId),
    ConditionExpression: 'version = :version',
    UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}, version = version + :one`,
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(Object.entries(changes).map(([name, value]) => [`:${name}`, value])),
      ':version': order.version,
      ':one': 1,
    },
  };
}

function transition(
  rechargeId: string,
  { names, values }: Pick<TransitionUpdate, 'names' | 'values'>,
  more: Record<string, unknown>,
): Pick<OrderUpdate, 'Key' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'> {
  return {
    Key: rechargeKey(rechargeId),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: { ...values, ...more, ':one': 1 },
  };
}
