import { moneyOf, type Recharge } from '../store/items/recharge.ts';
import { appleCheckoutOf } from './apple-provider.ts';
import { googleCheckoutOf } from './google-provider.ts';
import { presentedState } from './presented-state.ts';
import type { Checkout, RechargeAnswer } from './schemas.ts';

/** The order; `checkout`, where it is given, holds the buyer's means to pay it, which are never stored. */
export function presentRecharge(order: Recharge, checkout = referenceOf(order)): RechargeAnswer {
  const { rechargeId, userId, coins, bonusCoins, expiresAt, paidAt, failure } = order;
  return {
    rechargeId,
    userId,
    state: presentedState(order),
    coins,
    bonusCoins,
    price: { amount: order.priceMinor, currency: order.currency },
    expiresAt,
    ...campaignsOf(order),
    ...(paidAt !== undefined && { paidAt }),
    ...(failure !== undefined && { failure }),
    ...takenBackOf(order),
    ...(checkout && { checkout }),
  };
}

/** Those that the order has its bonus or its price from; a bonus that it lost by being paid too late is none. */
function campaignsOf({ campaigns = [], campaignsReleased, state, listPriceMinor, currency }: Recharge) {
  const isLost = campaignsReleased === true && state === 'paid';
  const holding = campaigns.filter(({ kind }) => kind === 'discount' || !isLost);
  return {
    ...(holding.length > 0 && { campaigns: holding.map(({ code, kind }) => ({ campaign: code, kind })) }),
    ...(listPriceMinor !== undefined && { listPrice: { amount: listPriceMinor, currency } }),
  };
}

/** What became of the coins whose money went back, or may go back: the bonus is counted in `owedCoins` and `frozenCoins`. */
function takenBackOf(order: Recharge): Pick<RechargeAnswer, 'takenBack'> {
  const { back } = order;
  if (!back || Object.values(back).every((amount) => amount === 0)) return {};
  return {
    takenBack: {
      coins: back.takenCoins,
      bonusCoins: back.takenPromoCoins,
      owedCoins: back.owedCoins + back.owedPromoCoins,
      frozenCoins: back.frozenCoins + back.frozenPromoCoins,
      refunded: { amount: back.minor, currency: moneyOf(order).currency },
    },
  };
}

/** Which payment it is, without what lets somebody pay it. */
function referenceOf(order: Recharge): Checkout | undefined {
  const { provider, paymentId, sessionId } = order;
  if (provider === 'apple') return appleCheckoutOf(order);
  if (provider === 'google') return googleCheckoutOf(order);
  if (provider === 'stripe' && sessionId !== undefined)
    return { provider, sessionId, ...(paymentId !== undefined && { paymentIntentId: paymentId }) };
  if (paymentId === undefined) return undefined;
  switch (provider) {
    case 'stripe':
      return { provider, paymentIntentId: paymentId };
    case 'paypal':
      return { provider, orderId: paymentId };
  }
}
