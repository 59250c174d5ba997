import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { rechargeKey } from '../store/keys.ts';
import { isInOneOf, type TransitionUpdate, takeTransition } from '../store/state-machine.ts';
import { openStates, rechargeTransitions } from './states.ts';

type OrderUpdate = Omit<UpdateCommandInput, 'TableName' | 'ReturnValues' | 'ReturnValuesOnConditionCheckFailure'>;

/** Which payment of which order. */
export type PaymentOf = { rechargeId: string; paymentIntentId: string };

/** An order has one payment, which it learns from whoever comes first: the request that opened it, or an event. */
const isItsPayment = '(attribute_not_exists(paymentIntentId) OR paymentIntentId = :intent)';

export function rememberPayment({ rechargeId, paymentIntentId }: PaymentOf): OrderUpdate {
  return {
    Key: rechargeKey(rechargeId),
    ConditionExpression: `attribute_exists(pk) AND ${isItsPayment}`,
    UpdateExpression: 'SET paymentIntentId = :intent, version = version + :one',
    ExpressionAttributeValues: { ':intent': paymentIntentId, ':one': 1 },
  };
}

/** The order is paid, and no sweep has to look at it again. */
export function payOrder({ rechargeId, paymentIntentId, paidAt }: PaymentOf & { paidAt: string }): OrderUpdate {
  const pay = takeTransition(rechargeTransitions.pay);
  return {
    ...transition(rechargeId, pay, { ':intent': paymentIntentId, ':paidAt': paidAt }),
    ConditionExpression: `${pay.condition} AND ${isItsPayment}`,
    UpdateExpression: `SET ${pay.assignment}, paymentIntentId = :intent, paidAt = :paidAt, version = version + :one REMOVE dueBucket, dueAt, failure`,
  };
}

export function failOrder({ rechargeId, paymentIntentId, failure }: PaymentOf & { failure: string }): OrderUpdate {
  const fail = takeTransition(rechargeTransitions.fail);
  return {
    ...transition(rechargeId, fail, { ':intent': paymentIntentId, ':failure': failure }),
    ConditionExpression: `${fail.condition} AND ${isItsPayment}`,
    UpdateExpression: `SET ${fail.assignment}, paymentIntentId = :intent, failure = :failure, version = version + :one`,
  };
}

/** The quoted price is over; `dueAt` is when a late payment is looked for, if it is. */
export function expireOrder({ rechargeId, dueAt }: { rechargeId: string; dueAt?: string }): OrderUpdate {
  const expire = takeTransition(rechargeTransitions.expire);
  const due = dueAt === undefined ? ' REMOVE dueBucket, dueAt' : ', dueAt = :dueAt';
  return {
    ...transition(rechargeId, expire, dueAt === undefined ? {} : { ':dueAt': dueAt }),
    ConditionExpression: expire.condition,
    UpdateExpression: `SET ${expire.assignment}, version = version + :one${due}`,
  };
}

/** The order stays open, and is looked at again at `dueAt`. */
export function postponeOrder({ rechargeId, dueAt }: { rechargeId: string; dueAt: string }): OrderUpdate {
  const open = isInOneOf(openStates);
  return {
    ...transition(rechargeId, open, { ':dueAt': dueAt }),
    ConditionExpression: open.condition,
    UpdateExpression: 'SET dueAt = :dueAt, version = version + :one',
  };
}

function transition(
  rechargeId: string,
  { names, values }: Pick<TransitionUpdate, 'names' | 'values'>,
  more: Record<string, string>,
): Pick<OrderUpdate, 'Key' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'> {
  return {
    Key: rechargeKey(rechargeId),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: { ...values, ...more, ':one': 1 },
  };
}
