import type { SpendingRules } from '../catalog/spending-rules.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { fullWorthBasisPoints, type PromoLot, type Wallet } from '../store/items/wallet.ts';
import { spendableCoins, spendableLots } from './balances.ts';
import { currentRules } from './current-rules.ts';
import { guardsOf, refuseStatus, refuseUser } from './guards.ts';
import { refuseBeyondLimits } from './spending-limits.ts';

/** How a wallet that is not ordinary pays. */
export type Spending = {
  paidCoins: number;
  /** Coins taken from each promotional lot, by its id; empty when none. */
  promo: Record<string, number>;
  /** What the promotional coins are worth to a creator, as ten-thousandths of a paid coin. */
  promoWorth: number;
  /** What is left of the lots; expired ones stay until an entry accounts for them. */
  lotsLeft: PromoLot[];
  rulesLeft: Wallet['specialRules'];
  guardsLeft: Wallet['guards'];
};

/** Whether the wallet may spend at all. Refusals in this order: those of `refuseStatus`, those of `refuseUser`, `debt_outstanding`. */
export function refuseToSpend(wallet: Wallet, now: Date): Refusal | undefined {
  const refusal = refuseStatus(wallet) ?? refuseUser(wallet, now);
  if (refusal) return refusal;
  if (wallet.owed > 0)
    return refuse('debt_outstanding', `The wallet owes ${wallet.owed} coins; the next recharges repay them first.`, {
      owedCoins: wallet.owed,
    });
  return undefined;
}

/**
 * Takes the price from the whole wallet: promotional coins first, those that expire soonest first. Refusals in this order:
 * `spending_limit_reached`, `insufficient_coins`. Whoever writes it adds the price to the counters of `spentCounters`.
 */
export function takeCoins(
  wallet: Wallet,
  { price, what, spending, now }: { price: number; what: string; spending: SpendingRules; now: Date },
): Spending | Refusal {
  const refusal = refuseBeyondLimits(wallet, { price, what, spending, now });
  if (refusal) return refusal;
  const coins = spendableCoins(wallet, now);
  if (coins < price)
    return refuse('insufficient_coins', `${what} costs ${price} coins; the wallet holds ${coins}.`, { coins, price });
  const { open: paidCoins, taken } = takeFromLots(spendableLots(wallet, now), price);
  const promo: Record<string, number> = {};
  let promoWorth = 0;
  for (const [{ lotId, worthBasisPoints = fullWorthBasisPoints }, coins] of taken) {
    promo[lotId] = (promo[lotId] ?? 0) + coins;
    promoWorth += coins * worthBasisPoints;
  }
  const lotsLeft = (wallet.promo ?? [])
    .map((lot) => ({ ...lot, coins: lot.coins - (taken.get(lot) ?? 0) }))
    .filter(({ coins }) => coins > 0);
  const rulesLeft = currentRules(wallet, now);
  return {
    paidCoins,
    promo,
    promoWorth,
    lotsLeft,
    rulesLeft,
    guardsLeft: guardsOf({ ...wallet, promo: lotsLeft }, now),
  };
}

/** The first lots are emptied first; `open` is what they do not hold. */
function takeFromLots(lots: PromoLot[], price: number): { open: number; taken: Map<PromoLot, number> } {
  let open = price;
  const taken = new Map<PromoLot, number>();
  for (const lot of lots) {
    const coins = Math.min(lot.coins, open);
    if (coins === 0) break;
    taken.set(lot, coins);
    open -= coins;
  }
  return { open, taken };
}
