import { dayOf } from '../calendar.ts';
import { type Refusal, refuse } from '../refusals.ts';
import type { PromoLot, Wallet } from '../store/items/wallet.ts';
import { spendableCoins, spendableLots } from '../users/balances.ts';
import { guardsOf, isAdult, refuseAge } from '../users/guards.ts';
import type { Quote } from './quote-gift.ts';

/** How a wallet that is not ordinary pays for a gift. */
export type Spending = {
  paidCoins: number;
  /** Coins taken from each promotional lot, by its id; empty when none. */
  promo: Record<string, number>;
  /** What is left of the lots; expired ones stay until an entry accounts for them. */
  lotsLeft: PromoLot[];
  guardsLeft: Wallet['guards'];
};

/**
 * Decides a gift from the whole wallet. Refusals in this order: `wallet_frozen`, `age_restricted`, `debt_outstanding`,
 * `gift_unavailable` (region), `insufficient_coins`. Promotional coins are spent first, those that expire soonest first.
 */
export function decideGift(wallet: Wallet, { price, regions }: Quote, now: Date): Spending | Refusal {
  if (wallet.status === 'frozen')
    return refuse('wallet_frozen', 'The wallet is frozen; the operator of the app can say why.');
  if (!isAdult(wallet, dayOf(now))) return refuseAge(wallet);
  if (wallet.owed > 0)
    return refuse('debt_outstanding', `The wallet owes ${wallet.owed} coins; the next recharges repay them first.`, {
      owedCoins: wallet.owed,
    });
  if (regions && !regions.includes(wallet.region))
    return refuse('gift_unavailable', `The gift cannot be sent from ${wallet.region}.`, { region: wallet.region });
  const coins = spendableCoins(wallet, now);
  if (coins < price)
    return refuse('insufficient_coins', `The gift costs ${price} coins; the wallet holds ${coins}.`, { coins, price });
  return spend(wallet, price, now);
}

function spend(wallet: Wallet, price: number, now: Date): Spending {
  let open = price;
  const promo: Record<string, number> = {};
  const taken = new Map<PromoLot, number>();
  for (const lot of spendableLots(wallet, now)) {
    const coins = Math.min(lot.coins, open);
    if (coins > 0) promo[lot.lotId] = (promo[lot.lotId] ?? 0) + coins;
    taken.set(lot, coins);
    open -= coins;
  }
  const lotsLeft = (wallet.promo ?? [])
    .map((lot) => ({ ...lot, coins: lot.coins - (taken.get(lot) ?? 0) }))
    .filter(({ coins }) => coins > 0);
  return { paidCoins: open, promo, lotsLeft, guardsLeft: guardsOf({ ...wallet, promo: lotsLeft }, dayOf(now)) };
}
