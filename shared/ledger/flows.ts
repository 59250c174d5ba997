import { type Account, accounts } from './accounts.ts';

/** Moves `amount` (a name of the entry's amounts) from one account to another of the same asset. */
type Posting = { from: Account; to: Account; amount: string };

/**
 * Every legal movement of money. What is not here cannot happen: there is no wallet-to-wallet transfer,
 * no coins-to-cash and no diamonds-to-coins. A posting takes from one account what it gives to another,
 * so each flow sums to zero per asset by its form; `assertFlows` checks the rest when the module loads.
 */
export const flows = {
  /** A provider was paid for coins. Debt is repaid first; bonus coins are promotional. */
  recharge: [
    { from: 'platform.coins_sold', to: 'wallet.paid', amount: 'paidCoins' },
    { from: 'platform.coins_sold', to: 'wallet.owed', amount: 'repaidCoins' },
    { from: 'platform.coins_granted', to: 'wallet.promo', amount: 'bonusCoins' },
    { from: 'platform.coin_sales', to: 'provider.stripe', amount: 'stripeMinor' },
  ],
  /** The platform gives promotional coins, for example as compensation. */
  grant: [{ from: 'platform.coins_granted', to: 'wallet.promo', amount: 'promoCoins' }],
  /** A fan's coins become a gift. */
  gift: [
    { from: 'wallet.paid', to: 'platform.coins_spent', amount: 'paidCoins' },
    { from: 'wallet.promo', to: 'platform.coins_spent', amount: 'promoCoins' },
  ],
  /** Gifts become diamonds of their creator. */
  credit: [{ from: 'platform.diamonds_issued', to: 'creator.earned', amount: 'milliDiamonds' }],
  /** A payout was asked for; its diamonds are set aside. */
  payout_hold: [{ from: 'creator.earned', to: 'creator.held', amount: 'milliDiamonds' }],
  /** The payout did not happen; its diamonds go back. */
  payout_release: [{ from: 'creator.held', to: 'creator.earned', amount: 'milliDiamonds' }],
  /** The provider paid. The gross amount is the cost; the creator got the net amount, the platform kept the fee. */
  payout_paid: [
    { from: 'creator.held', to: 'creator.paid_out', amount: 'milliDiamonds' },
    { from: 'provider.paypal', to: 'platform.payout_cost', amount: 'netMinor' },
    { from: 'platform.payout_fees', to: 'platform.payout_cost', amount: 'feeMinor' },
  ],
  /** The provider took a paid payout back; diamonds and cash return. */
  payout_returned: [
    { from: 'creator.paid_out', to: 'creator.earned', amount: 'milliDiamonds' },
    { from: 'platform.payout_cost', to: 'provider.paypal', amount: 'netMinor' },
    { from: 'platform.payout_cost', to: 'platform.payout_fees', amount: 'feeMinor' },
  ],
} as const satisfies Record<string, readonly Posting[]>;

export type Flow = keyof typeof flows;
/** The amounts that an entry of a flow carries, by name. */
export type Amounts<F extends Flow> = Record<(typeof flows)[F][number]['amount'], number>;

export function assertFlows(map: Record<string, readonly Posting[]>): void {
  for (const [flow, postings] of Object.entries(map)) {
    for (const { from, to, amount } of postings) {
      const where = `flow ${flow}, posting ${amount}: ${from} → ${to}`;
      if (accounts[from].asset !== accounts[to].asset) throw new Error(`${where} changes the asset`);
      if (from === to) throw new Error(`${where} goes nowhere`);
      if (from.startsWith('wallet.') && to.startsWith('wallet.')) throw new Error(`${where} joins two wallets`);
    }
  }
}

assertFlows(flows);
