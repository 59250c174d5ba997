/**
 * The chart of accounts. An account holds one asset; `perOwner` accounts exist once for each user or creator.
 * Balances are signed: what is taken from an account is negative there, so all balances of an asset sum to zero.
 */
export const accounts = {
  'platform.coins_sold': { asset: 'coin', perOwner: false },
  'platform.coins_granted': { asset: 'coin', perOwner: false },
  /** Given coins that nobody spent in time. */
  'platform.coins_expired': { asset: 'coin', perOwner: false },
  /** Coins that people gave up when they closed their account: the platform's breakage. */
  'platform.coins_forfeited': { asset: 'coin', perOwner: false },
  'platform.coins_spent': { asset: 'coin', perOwner: false },
  'wallet.paid': { asset: 'coin', perOwner: true },
  'wallet.promo': { asset: 'coin', perOwner: true },
  'wallet.owed': { asset: 'coin', perOwner: true },
  /** Coins that nobody can spend while the payment for them is disputed or on its way back. */
  'wallet.frozen': { asset: 'coin', perOwner: true },
  /** Coins that are set aside for something the user has begun to buy: goods on hold, the budget of a promotion. */
  'wallet.reserved': { asset: 'coin', perOwner: true },
  'platform.diamonds_issued': { asset: 'diamond', perOwner: false },
  'creator.earned': { asset: 'diamond', perOwner: true },
  'creator.held': { asset: 'diamond', perOwner: true },
  'creator.paid_out': { asset: 'diamond', perOwner: true },
  /** What a creator owes for gifts that were taken back after their diamonds had been paid out. */
  'creator.owed': { asset: 'diamond', perOwner: true },
  'platform.coin_sales': { asset: 'cash', perOwner: false },
  'provider.stripe': { asset: 'cash', perOwner: false },
  'provider.paypal': { asset: 'cash', perOwner: false },
  'provider.apple': { asset: 'cash', perOwner: false },
  'provider.google': { asset: 'cash', perOwner: false },
  'platform.payout_cost': { asset: 'cash', perOwner: false },
  'platform.payout_fees': { asset: 'cash', perOwner: false },
} as const satisfies Record<string, { asset: 'coin' | 'diamond' | 'cash'; perOwner: boolean }>;

export type Account = keyof typeof accounts;
/** Coins, milli-diamonds, or minor units of a currency. */
export type Asset = (typeof accounts)[Account]['asset'];
