import { type Account, accounts } from './accounts.ts';

/** Moves `amount` (a name of the entry's amounts) from one account to another of the same asset. */
type Posting = { from: Account; to: Account; amount: string };

/** What fans paid, at whom they paid it. */
const cashIn = [
  { from: 'platform.coin_sales', to: 'provider.stripe', amount: 'stripeMinor' },
  { from: 'platform.coin_sales', to: 'provider.paypal', amount: 'paypalMinor' },
  { from: 'platform.coin_sales', to: 'provider.apple', amount: 'appleMinor' },
  { from: 'platform.coin_sales', to: 'provider.google', amount: 'googleMinor' },
] as const satisfies readonly Posting[];

/** The same money on its way back. */
const cashOut = [
  { from: 'provider.stripe', to: 'platform.coin_sales', amount: 'stripeMinor' },
  { from: 'provider.paypal', to: 'platform.coin_sales', amount: 'paypalMinor' },
  { from: 'provider.apple', to: 'platform.coin_sales', amount: 'appleMinor' },
  { from: 'provider.google', to: 'platform.coin_sales', amount: 'googleMinor' },
] as const satisfies readonly Posting[];

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
    ...cashIn,
  ],
  /** A payment may go back: what is left of its coins cannot be spent until that is decided. */
  freeze: [
    { from: 'wallet.paid', to: 'wallet.frozen', amount: 'paidCoins' },
    { from: 'wallet.promo', to: 'wallet.frozen', amount: 'promoCoins' },
  ],
  /** The payment stays after all. */
  thaw: [
    { from: 'wallet.frozen', to: 'wallet.paid', amount: 'paidCoins' },
    { from: 'wallet.frozen', to: 'wallet.promo', amount: 'promoCoins' },
  ],
  /** A payment went back, and its coins with it; those that were spent are owed. */
  take_back: [
    { from: 'wallet.paid', to: 'platform.coins_sold', amount: 'paidCoins' },
    { from: 'wallet.frozen', to: 'platform.coins_sold', amount: 'frozenCoins' },
    { from: 'wallet.owed', to: 'platform.coins_sold', amount: 'owedCoins' },
    { from: 'wallet.promo', to: 'platform.coins_granted', amount: 'promoCoins' },
    { from: 'wallet.frozen', to: 'platform.coins_granted', amount: 'frozenPromoCoins' },
    { from: 'wallet.owed', to: 'platform.coins_granted', amount: 'owedPromoCoins' },
    ...cashOut,
  ],
  /** The money that had gone back came again: the refund failed or was reversed, or the dispute was won in the end. */
  give_back: [
    { from: 'platform.coins_sold', to: 'wallet.paid', amount: 'paidCoins' },
    { from: 'platform.coins_sold', to: 'wallet.owed', amount: 'owedCoins' },
    { from: 'platform.coins_granted', to: 'wallet.promo', amount: 'promoCoins' },
    { from: 'platform.coins_granted', to: 'wallet.owed', amount: 'owedPromoCoins' },
    ...cashIn,
  ],
  /** The platform gives promotional coins, for example as compensation. */
  grant: [{ from: 'platform.coins_granted', to: 'wallet.promo', amount: 'promoCoins' }],
  /** Promotional coins were not spent in time. */
  expiry: [{ from: 'wallet.promo', to: 'platform.coins_expired', amount: 'promoCoins' }],
  /** What was left when somebody closed the account and gave it up. */
  forfeit: [
    { from: 'wallet.paid', to: 'platform.coins_forfeited', amount: 'paidCoins' },
    { from: 'wallet.promo', to: 'platform.coins_forfeited', amount: 'promoCoins' },
  ],
  /** A fan's coins become a gift. */
  gift: [
    { from: 'wallet.paid', to: 'platform.coins_spent', amount: 'paidCoins' },
    { from: 'wallet.promo', to: 'platform.coins_spent', amount: 'promoCoins' },
  ],
  /** A fan's coins buy something in the app. */
  purchase: [
    { from: 'wallet.paid', to: 'platform.coins_spent', amount: 'paidCoins' },
    { from: 'wallet.promo', to: 'platform.coins_spent', amount: 'promoCoins' },
  ],
  /** Coins are set aside for goods on hold, or for the promotion of a video. */
  reserve: [
    { from: 'wallet.paid', to: 'wallet.reserved', amount: 'paidCoins' },
    { from: 'wallet.promo', to: 'wallet.reserved', amount: 'promoCoins' },
  ],
  /** What they were set aside for has happened, or a step of it. */
  spend_reserved: [
    { from: 'wallet.reserved', to: 'platform.coins_spent', amount: 'paidCoins' },
    { from: 'wallet.reserved', to: 'platform.coins_spent', amount: 'promoCoins' },
  ],
  /** The rest goes back to where it came from; of bought coins, debt is repaid first. */
  release: [
    { from: 'wallet.reserved', to: 'wallet.paid', amount: 'paidCoins' },
    { from: 'wallet.reserved', to: 'wallet.owed', amount: 'repaidCoins' },
    { from: 'wallet.reserved', to: 'wallet.promo', amount: 'promoCoins' },
  ],
  /** A code was redeemed that gives promotional coins. */
  redemption: [{ from: 'platform.coins_granted', to: 'wallet.promo', amount: 'promoCoins' }],
  /** The reward of a challenge, or of an ad that was watched. */
  reward: [{ from: 'platform.coins_granted', to: 'wallet.promo', amount: 'promoCoins' }],
  /** Gifts become diamonds of their creator. */
  credit: [{ from: 'platform.diamonds_issued', to: 'creator.earned', amount: 'milliDiamonds' }],
  /** A gift was paid with coins whose payment went back: its diamonds go, and those that are gone already are owed. */
  reversal: [
    { from: 'creator.earned', to: 'platform.diamonds_issued', amount: 'milliDiamonds' },
    { from: 'creator.owed', to: 'platform.diamonds_issued', amount: 'owedMilliDiamonds' },
  ],
  /** The payment came again after all, and the diamonds with it. */
  reversal_undone: [
    { from: 'platform.diamonds_issued', to: 'creator.earned', amount: 'milliDiamonds' },
    { from: 'platform.diamonds_issued', to: 'creator.owed', amount: 'owedMilliDiamonds' },
  ],
  /** A payout was asked for; its diamonds are set aside. */
  payout_hold: [{ from: 'creator.earned', to: 'creator.held', amount: 'milliDiamonds' }],
  /** The payout did not happen; its diamonds go back. */
  payout_release: [{ from: 'creator.held', to: 'creator.earned', amount: 'milliDiamonds' }],
  /** The provider paid. The gross amount is the cost; the creator got the net amount, the platform kept the fee. */
  payout_paid: [
    { from: 'creator.held', to: 'creator.paid_out', amount: 'milliDiamonds' },
    { from: 'provider.paypal', to: 'platform.payout_cost', amount: 'netMinor' },
    // An entry's net amount is PayPal's unless it says what part of it Stripe paid; entries from before banks say nothing.
    { from: 'provider.stripe', to: 'provider.paypal', amount: 'stripeNetMinor' },
    { from: 'platform.payout_fees', to: 'platform.payout_cost', amount: 'feeMinor' },
  ],
  /** The provider took a paid payout back; diamonds and cash return. */
  payout_returned: [
    { from: 'creator.paid_out', to: 'creator.earned', amount: 'milliDiamonds' },
    { from: 'platform.payout_cost', to: 'provider.paypal', amount: 'netMinor' },
    { from: 'provider.paypal', to: 'provider.stripe', amount: 'stripeNetMinor' },
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
      // A movement has one owner, so coins could not reach another wallet; but only setting aside moves them within one.
      if (isWallet(from) && isWallet(to) && !isAside(from) && !isAside(to))
        throw new Error(`${where} joins two wallets`);
    }
  }
}

function isWallet(account: Account): boolean {
  return account.startsWith('wallet.');
}

function isAside(account: Account): boolean {
  return account === 'wallet.frozen' || account === 'wallet.reserved';
}

assertFlows(flows);
