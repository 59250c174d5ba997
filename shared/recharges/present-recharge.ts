import type { Recharge } from '../store/items/recharge.ts';
import type { CheckoutAnswer, RechargeAnswer } from './schemas.ts';

export function presentRecharge(order: Recharge): RechargeAnswer {
  const { rechargeId, userId, state, coins, bonusCoins, expiresAt, paidAt, failure, provider, paymentIntentId } = order;
  return {
    rechargeId,
    userId,
    state,
    coins,
    bonusCoins,
    price: { amount: order.priceMinor, currency: order.currency },
    expiresAt,
    ...(paidAt !== undefined && { paidAt }),
    ...(failure !== undefined && { failure }),
    ...(paymentIntentId !== undefined && { checkout: { provider, paymentIntentId } }),
  };
}

/** The order together with the buyer's means to pay it, which is never stored. */
export function presentCheckout(order: Recharge, clientSecret: string | undefined): CheckoutAnswer {
  const answer = presentRecharge(order);
  if (!answer.checkout || clientSecret === undefined) return answer;
  return { ...answer, checkout: { ...answer.checkout, clientSecret } };
}
