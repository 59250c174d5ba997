import type { SpendingRules } from '../catalog/spending-rules.ts';
import { includesRegion, switchedOff } from '../catalog/switches.ts';
import { scale } from '../money/units.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { fullWorthBasisPoints, type Wallet } from '../store/items/wallet.ts';
import { refuseToSpend, type Spending, takeCoins } from '../users/decide-spending.ts';
import type { Quote } from './quote-gift.ts';

/** How a gift is paid, and what it is worth to its creator when it is paid like that. */
export type DecidedGift = { spending: Spending; worth: GiftWorth };

/** As in the outbox. */
type GiftWorth = { milliDiamonds: number; promoMilliDiamonds?: number };

/**
 * Decides a gift from the whole wallet. Refusals in this order: those of `refuseToSpend`, `switched_off`, `gift_unavailable` (region),
 * those of `takeCoins`.
 */
export function decideGift(
  wallet: Wallet,
  { quote, spending: rules, now }: { quote: Quote; spending: SpendingRules; now: Date },
): DecidedGift | Refusal {
  const refusal = refuseToSpend(wallet, now);
  if (refusal) return refusal;
  const { price, regions, switchedOn } = quote;
  if (!includesRegion(switchedOn, wallet.region)) return switchedOff('gifts', wallet.region);
  if (regions && !regions.includes(wallet.region))
    return refuse('gift_unavailable', `The gift cannot be sent from ${wallet.region}.`, { region: wallet.region });
  const spending = takeCoins(wallet, { price, what: 'The gift', spending: rules, now });
  return isRefusal(spending) ? spending : { spending, worth: worthOfGift(quote, spending) };
}

/**
 * Promotional coins may be worth less to a creator than paid ones, or nothing. Both parts are rounded down, each by itself,
 * and what is left over stays with the platform; what the promotional part makes is kept, because paid coins may go back.
 */
function worthOfGift({ price, milliDiamonds }: Quote, { paidCoins, promoWorth }: Spending): GiftWorth {
  if (promoWorth === (price - paidCoins) * fullWorthBasisPoints) return { milliDiamonds };
  const share = (numerator: number, denominator: number) =>
    scale(milliDiamonds, { numerator, denominator, rounding: 'down' });
  const promoMilliDiamonds = share(promoWorth, price * fullWorthBasisPoints);
  return { milliDiamonds: share(paidCoins, price) + promoMilliDiamonds, promoMilliDiamonds };
}
