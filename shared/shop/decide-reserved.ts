import type { Reservation } from '../store/items/reservation.ts';
import type { PromoLot, Wallet } from '../store/items/wallet.ts';
import { guardsOf } from '../users/guards.ts';
import { isSameLot, uncountSpent, type WalletChange } from './wallet-change.ts';

type Reserved = Pick<Reservation, 'paidLeft' | 'promoLeft'>;

/** How coins that were set aside are spent, and what is left of them. */
export type Use = { paidCoins: number; promoCoins: number; left: Reserved };

/**
 * Takes coins from what was set aside as a wallet would: promotional coins first, those that expire soonest first. Coins
 * that have expired meanwhile still count: they were good when they were set aside.
 */
export function useReserved({ paidLeft, promoLeft = [] }: Reserved, coins: number): Use {
  let open = coins;
  const lots: PromoLot[] = [];
  for (const lot of promoLeft.toSorted((a, b) => Date.parse(a.expiresAt) - Date.parse(b.expiresAt))) {
    const taken = Math.min(lot.coins, open);
    open -= taken;
    if (taken < lot.coins) lots.push({ ...lot, coins: lot.coins - taken });
  }
  if (open > paidLeft) throw new RangeError(`${coins} coins are not set aside.`);
  return {
    paidCoins: open,
    promoCoins: coins - open,
    left: { paidLeft: paidLeft - open, ...(lots.length > 0 && { promoLeft: lots }) },
  };
}

/** What goes back to the wallet, and what that makes of it. */
export type Release = {
  amounts: { paidCoins: number; promoCoins: number; repaidCoins: number };
  change: WalletChange;
};

/**
 * The rest goes back to where it came from: promotional coins to their lots, which expire when they would have; bought
 * coins repay what the wallet owes by now, as those of a recharge do, and are spendable as far as they are more.
 */
export function decideRelease(wallet: Wallet, reservation: Reservation, now: Date): Release {
  const { paidLeft, promoLeft = [], createdAt } = reservation;
  const repaidCoins = Math.min(wallet.owed, paidLeft);
  const owed = wallet.owed - repaidCoins;
  const lots = promoLeft.reduce(withLot, wallet.promo ?? []);
  const { promo: _, guards: __, ...rest } = wallet;
  const promo = lots.length > 0 ? { promo: lots } : {};
  const guards = guardsOf({ ...rest, owed, ...promo }, now);
  const promoCoins = promoLeft.reduce((sum, { coins }) => sum + coins, 0);
  return {
    amounts: { paidCoins: paidLeft - repaidCoins, promoCoins, repaidCoins },
    change: {
      paid: wallet.paid + paidLeft - repaidCoins,
      owed,
      ...promo,
      ...(guards && { guards }),
      spent: uncountSpent(wallet, paidLeft + promoCoins, new Date(createdAt)),
    },
  };
}

function withLot(lots: PromoLot[], back: PromoLot): PromoLot[] {
  if (!lots.some((lot) => isSameLot(lot, back))) return [...lots, back];
  return lots.map((lot) => (isSameLot(lot, back) ? { ...lot, coins: lot.coins + back.coins } : lot));
}
