import type { Currency } from '../money/currency.ts';
import type { ClosureRequest } from '../store/items/account.ts';
import type { Wallet } from '../store/items/wallet.ts';

/** What an account can wait for before it is closed. */
export const obstacleReasons = [
  'wallet_frozen',
  'gifts_waiting',
  'reservations_open',
  'orders_open',
  'payments_disputed',
  'earnings_left',
  'withdrawal_possible',
  'coins_left',
] as const;

/** What stands in the way, and the ids of what it is: gifts, reservations, recharges, creators. */
export type Obstacle = { reason: (typeof obstacleReasons)[number]; ids: string[] };

/** A recharge whose unused coins the buyer may give back, and for how much. */
export type Withdrawable = { rechargeId: string; amountMinor: number; currency: Currency };

export type ClosureFacts = {
  wallet: Pick<Wallet, 'status' | 'paid' | 'promo' | 'frozen'>;
  /** Gifts in the outbox that are not credited yet. */
  waitingGifts: string[];
  openReservations: string[];
  openOrders: string[];
  disputedRecharges: string[];
  withdrawable: Withdrawable[];
  /** The user's creators with diamonds that are not paid out. */
  creatorsWithEarnings: string[];
};

/**
 * What an account waits for, in the order of `obstacleReasons`; it can be closed when there is nothing. Coins are given up only by a request
 * that says so, and such as could be given back for their price only by one that says that too.
 */
export function decideClosure(facts: ClosureFacts, request: ClosureRequest): Obstacle[] {
  const { wallet } = facts;
  const found: [Obstacle['reason'], boolean, string[]][] = [
    ['wallet_frozen', wallet.status === 'frozen', []],
    ['gifts_waiting', facts.waitingGifts.length > 0, facts.waitingGifts],
    ['reservations_open', facts.openReservations.length > 0, facts.openReservations],
    ['orders_open', facts.openOrders.length > 0, facts.openOrders],
    ['payments_disputed', facts.disputedRecharges.length > 0 || (wallet.frozen ?? 0) > 0, facts.disputedRecharges],
    ['earnings_left', facts.creatorsWithEarnings.length > 0 && !request.leaveEarnings, facts.creatorsWithEarnings],
    [
      'withdrawal_possible',
      facts.withdrawable.length > 0 && !request.waiveWithdrawal,
      facts.withdrawable.map(({ rechargeId }) => rechargeId),
    ],
    ['coins_left', hasCoins(wallet) && !request.forfeit, []],
  ];
  return found.flatMap(([reason, isThere, ids]) => (isThere ? [{ reason, ids }] : []));
}

/** Whether anything is left in a wallet; lots have coins, also those that have expired. */
export function hasCoins({ paid, promo = [] }: Pick<Wallet, 'paid' | 'promo'>): boolean {
  return paid > 0 || promo.length > 0;
}
