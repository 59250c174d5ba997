import { scale } from '../money/units.ts';
import { type Back, moneyOf, nothingBack, type Recharge } from '../store/items/recharge.ts';
import type { PromoLot, Wallet } from '../store/items/wallet.ts';
import type { ClaimEntry } from '../store/items/wallet-entry.ts';
import { guardsOf } from '../users/guards.ts';
import { bonusLot, bonusLotId } from './bonus-lots.ts';
import { exposureOf } from './claims.ts';
import { type Balances, cashAt } from './credit-wallet.ts';

export type TakingBackFacts = {
  order: Recharge;
  wallet: Wallet;
  /** Of the order's bought coins, those that are still in `paid` of the wallet. */
  unspentCoins: number;
  now: Date;
};

/** A part of a statement line: `entryId`, owner and time are the same for all lines of a change. */
type Movement = Pick<ClaimEntry, 'flow' | 'amounts'>;

export type TakingBack = {
  back: Back;
  /** The order's coins in `paid` of the wallet, as after `Recharge.inPaid`. */
  inPaid: number;
  balances: Balances;
  movements: Movement[];
};

/**
 * Decides what the claims on a paid order make of its wallet: coins of money that is gone leave it, those of money at
 * stake are frozen as far as they are still there, and those that had been spent are owed. Decided from where things stand
 * and not from what was reported last, so that reports in any order come to the same end.
 *
 * A part of the price takes that part of the coins, rounded down in the buyer's favour; the whole price takes all of them.
 */
export function decideTakingBack({ order, wallet, unspentCoins, now }: TakingBackFacts): TakingBack | undefined {
  const back = order.back ?? nothingBack;
  const { goneMinor, atStakeMinor } = exposureOf(order);
  const lot = wallet.promo?.find(({ lotId }) => lotId === bonusLotId(order));
  const bought = moveCoins({
    gone: shareOf(order.coins, goneMinor, order),
    atStake: shareOf(order.coins, goneMinor + atStakeMinor, order),
    inWallet: unspentCoins,
    frozen: back.frozenCoins,
    taken: back.takenCoins,
    owed: back.owedCoins,
    walletOwed: wallet.owed,
  });
  const bonus = moveCoins({
    gone: unexpired(shareOf(order.bonusCoins, goneMinor, order), order),
    atStake: unexpired(shareOf(order.bonusCoins, goneMinor + atStakeMinor, order), order),
    inWallet: lot?.coins ?? 0,
    frozen: back.frozenPromoCoins,
    taken: back.takenPromoCoins,
    owed: back.owedPromoCoins,
    walletOwed: wallet.owed + bought.walletOwedChange,
  });
  const movements = movementsOf(order, { bought, bonus, minorChange: goneMinor - back.minor });
  if (movements.length === 0) return undefined;
  const promo = promoAfter({ order, wallet, lot, change: bonus.inWalletChange });
  const owed = wallet.owed + bought.walletOwedChange + bonus.walletOwedChange;
  const guards = guardsOf({ ...wallet, owed, promo }, now);
  return {
    back: {
      takenCoins: bought.taken,
      owedCoins: bought.owed,
      takenPromoCoins: bonus.taken,
      owedPromoCoins: bonus.owed,
      frozenCoins: bought.frozen,
      frozenPromoCoins: bonus.frozen,
      minor: goneMinor,
    },
    inPaid: (order.inPaid ?? 0) + bought.inWalletChange,
    balances: {
      paid: wallet.paid + bought.inWalletChange,
      owed,
      frozen: (wallet.frozen ?? 0) + bought.frozenChange + bonus.frozenChange,
      ...(promo && { promo }),
      ...(guards && { guards }),
    },
    movements,
  };
}

function shareOf(coins: number, minor: number, order: Recharge): number {
  const { minor: whole } = moneyOf(order);
  if (minor >= whole) return coins;
  return scale(coins, { numerator: minor, denominator: whole, rounding: 'down' });
}

/** Coins that expired are gone already, and were not spent: they count first for what must be gone. */
function unexpired(coins: number, { bonusExpiredCoins = 0 }: Recharge): number {
  return Math.max(0, coins - bonusExpiredCoins);
}

/** Where the coins of one kind are, of those that an order brought. */
type Whereabouts = {
  /** How many must be gone, and how many gone or frozen. */
  gone: number;
  atStake: number;
  inWallet: number;
  frozen: number;
  taken: number;
  owed: number;
  /** What the wallet owes altogether: what was repaid meanwhile can no longer be forgiven, and comes back as coins. */
  walletOwed: number;
};

type Moved = Pick<Whereabouts, 'taken' | 'owed' | 'frozen'> & {
  inWalletChange: number;
  frozenChange: number;
  walletOwedChange: number;
  /** The parts of the change, each at least 0. */
  fromWallet: number;
  fromFrozen: number;
  newlyOwed: number;
  forgiven: number;
  returned: number;
  freeze: number;
  thaw: number;
};

function moveCoins(now: Whereabouts): Moved {
  const missing = Math.max(0, now.gone - now.taken - now.owed);
  const fromFrozen = Math.min(missing, now.frozen);
  const fromWallet = Math.min(missing - fromFrozen, now.inWallet);
  const newlyOwed = missing - fromFrozen - fromWallet;

  const surplus = Math.max(0, now.taken + now.owed - now.gone);
  const noLongerOwed = Math.min(surplus, now.owed);
  const forgiven = Math.min(noLongerOwed, now.walletOwed);
  const returned = surplus - forgiven;

  const wanted = now.atStake - now.gone;
  // What comes back of a refund that failed may be at stake in a dispute.
  const left = now.inWallet - fromWallet + returned;
  const stillFrozen = now.frozen - fromFrozen;
  const freeze = Math.max(0, Math.min(wanted - stillFrozen, left));
  const thaw = Math.max(0, stillFrozen - wanted);
  return {
    taken: now.taken + fromFrozen + fromWallet - (surplus - noLongerOwed),
    owed: now.owed + newlyOwed - noLongerOwed,
    frozen: stillFrozen + freeze - thaw,
    inWalletChange: returned + thaw - fromWallet - freeze,
    frozenChange: freeze - thaw - fromFrozen,
    walletOwedChange: newlyOwed - forgiven,
    ...{ fromWallet, fromFrozen, newlyOwed, forgiven, returned, freeze, thaw },
  };
}

function movementsOf(
  { provider }: Recharge,
  { bought, bonus, minorChange }: { bought: Moved; bonus: Moved; minorChange: number },
): Movement[] {
  const cash = cashAt(provider);
  const movements: Movement[] = [
    { flow: 'thaw', amounts: { paidCoins: bought.thaw, promoCoins: bonus.thaw } },
    {
      flow: 'take_back',
      amounts: {
        paidCoins: bought.fromWallet,
        frozenCoins: bought.fromFrozen,
        owedCoins: bought.newlyOwed,
        promoCoins: bonus.fromWallet,
        frozenPromoCoins: bonus.fromFrozen,
        owedPromoCoins: bonus.newlyOwed,
        [cash]: Math.max(0, minorChange),
      },
    },
    {
      flow: 'give_back',
      amounts: {
        paidCoins: bought.returned,
        owedCoins: bought.forgiven,
        promoCoins: bonus.returned,
        owedPromoCoins: bonus.forgiven,
        [cash]: Math.max(0, -minorChange),
      },
    },
    { flow: 'freeze', amounts: { paidCoins: bought.freeze, promoCoins: bonus.freeze } },
  ];
  return movements.filter(({ amounts }) => Object.values(amounts).some((amount) => amount !== 0));
}

type PromoChange = { order: Recharge; wallet: Wallet; lot: PromoLot | undefined; change: number };

/** The wallet's lots with the order's own changed; one that comes back is good until it would have been. */
function promoAfter({ order, wallet, lot, change }: PromoChange): PromoLot[] | undefined {
  const others = (wallet.promo ?? []).filter(({ lotId }) => lotId !== lot?.lotId);
  const coins = (lot?.coins ?? 0) + change;
  const expiresAt = lot?.expiresAt ?? order.bonusExpiresAt;
  const own = coins > 0 && expiresAt !== undefined ? [bonusLot(order, { coins, expiresAt })] : [];
  const lots = [...others, ...own];
  return lots.length > 0 ? lots : undefined;
}
