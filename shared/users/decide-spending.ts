import { dayOf } from '../calendar.ts';
import { type Refusal, refuse } from '../refusals.ts';
import type { PromoLot, Wallet } from '../store/items/wallet.ts';
import { spendableCoins, spendableLots } from './balances.ts';
import { guardsOf, isAdult, refuseAge } from './guards.ts';

/** How a wallet that is not ordinary pays. */
export type Spending = {
  paidCoins: number;
  /** Coins taken from each promotional lot, by its id; empty when none. */
  promo: Record<string, number>;
  /** What is left of the lots; expired ones stay until an entry accounts for them. */
  lotsLeft: PromoLot[];
  guardsLeft: Wallet['guards'];
};

/** Whether the wallet may spend at all. Refusals in this order: `wallet_frozen`, `age_restricted`, `debt_outstanding`. */
export function refuseToSpend(wallet: Wallet, now: Date): Refusal | undefined {
  if (wallet.status === 'frozen')
    return refuse('wallet_frozen', 'The wallet is frozen; the operator of the app can say why.');
  if (!isAdult(wallet, dayOf(now))) return refuseAge(wallet);
  if (wallet.owed > 0)
    return refuse('debt_outstanding', `The wallet owes ${wallet.owed} coins; the next recharges repay them first.`, {
      owedCoins: wallet.owed,
    });
  return undefined;
}

/** Takes the price from the whole wallet: promotional coins first, those that expire soonest first. Refusal: `insufficient_coins`. */
export function takeCoins(
  wallet: Wallet,
  { price, what, now }: { price: number; what: string; now: Date },
): Spending | Refusal {
  const coins = spendableCoins(wallet, now);
  if (coins < price)
    return refuse('insufficient_coins', `${what} costs ${price} coins; the wallet holds ${coins}.`, { coins, price });
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
