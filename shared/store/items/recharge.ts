import * as z from 'zod/mini';
import { type Currency, currencies } from '../../money/currency.ts';
import { replayKinds } from '../keys.ts';
import type { Item } from '../table.ts';
import { OrderCampaign } from './campaign.ts';
import { Amount, Moment, providerNames } from './common.ts';
import { WorthBasisPoints } from './wallet.ts';

/** A claim as `providers/payment.ts` describes it. */
export const StoredClaim = z.intersection(
  z.object({ amountMinor: Amount, at: Moment }),
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('refund'), state: z.enum(['requested', 'pending', 'succeeded', 'failed']) }),
    z.object({ kind: z.literal('dispute'), state: z.enum(['open', 'won', 'lost']) }),
    z.object({ kind: z.literal('warning'), state: z.literal('open') }),
  ]),
);
export type StoredClaim = z.infer<typeof StoredClaim>;

/** How far what the claims ask for has been done to the wallet. The four kinds of coins never overlap. */
const Back = z.object({
  /** Bought coins that left the wallet, and those that had been spent and are owed since (repaid or not). */
  takenCoins: Amount,
  owedCoins: Amount,
  /** The same for the bonus. */
  takenPromoCoins: Amount,
  owedPromoCoins: Amount,
  frozenCoins: Amount,
  frozenPromoCoins: Amount,
  /** The money that went back. */
  minor: Amount,
});
export type Back = z.infer<typeof Back>;

/** What was done for an order to which nothing has come back yet. */
export const nothingBack: Back = {
  takenCoins: 0,
  owedCoins: 0,
  takenPromoCoins: 0,
  owedPromoCoins: 0,
  frozenCoins: 0,
  frozenPromoCoins: 0,
  minor: 0,
};

/** Where Stripe's page sends the buyer afterwards; neither address is any proof of a payment. */
const PageUrl = z.url({ protocol: /^https?$/ }).check(z.maxLength(2_000));

/**
 * How a buyer is to pay at Stripe: on the app's own page (`payment_intent`, the default) or on Stripe's (`session`). At
 * PayPal, `session` says where its page sends the buyer afterwards; without it the app stays open beside PayPal's buttons.
 */
export const CheckoutChoice = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('payment_intent') }),
  z.strictObject({ type: z.literal('session'), successUrl: PageUrl, cancelUrl: PageUrl }),
]);

/** All coins that are gone from an order, those that are frozen, and the money. */
export function totalsOf(back: Back): { coins: number; frozenCoins: number; minor: number } {
  return {
    coins: back.takenCoins + back.owedCoins + back.takenPromoCoins + back.owedPromoCoins,
    frozenCoins: back.frozenCoins + back.frozenPromoCoins,
    minor: back.minor,
  };
}

export const RechargeState = z.enum(['pending', 'failed', 'expired', 'paid']);
export type RechargeState = z.infer<typeof RechargeState>;

/** What was quoted to a fan and what became of it: `RECHARGE#{id}` / `ORDER`. */
export const Recharge = z.object({
  rechargeId: z.string(),
  userId: z.string(),
  packageId: z.string(),
  channel: z.string(),
  provider: z.enum(providerNames),
  region: z.string(),
  coins: Amount,
  bonusCoins: Amount,
  priceMinor: Amount,
  currency: z.enum(currencies),
  /** What was quoted by campaigns: a bonus in place of the package's own, a lower price, or both. */
  campaigns: z.optional(z.array(OrderCampaign)),
  /** With a lower price: the package's own. */
  listPriceMinor: z.optional(Amount),
  /** With a campaign's bonus: the package's own, which holds where the campaign's does not, and for how long the campaign's is good. */
  ownBonus: z.optional(z.object({ coins: Amount, worthBasisPoints: WorthBasisPoints })),
  bonusExpiresAfterDays: z.optional(z.int()),
  /** Whether its campaigns have back what it held of them, because it expired. */
  campaignsReleased: z.optional(z.boolean()),
  /** What it counts in its user's purchase limits, in US cents, unless it expired; absent on orders that never did count. */
  usdMinor: z.optional(Amount),
  /** When somebody last began to take the money that its buyer has agreed to pay: PayPal. */
  takingAt: z.optional(Moment),
  /** Of an order that expired: it counts all the same, because somebody may take, or be taking, its money. */
  stillCounts: z.optional(z.literal(true)),
  /** The region of the device's store, as the app told it with the order. */
  storefront: z.optional(z.string()),
  /** The region of the store that sold it, as its receipt says; not always that of the user. */
  soldIn: z.optional(z.string()),
  /** How the buyer pays, where the provider offers more than one way: a page of Stripe's own that is a Checkout Session. */
  checkout: z.optional(CheckoutChoice),
  sessionId: z.optional(z.string()),
  /** What the package is called in the provider's own catalogue: the app stores. */
  productId: z.optional(z.string()),
  /** How many of the package were bought, where the buyer chose at the store: coins and price are those of all of them. */
  quantity: z.optional(z.int()),
  catalogVersion: z.string(),
  state: RechargeState,
  paymentId: z.optional(z.string()),
  /** The provider's own word for the last refusal of the payment method, or ours for what was agreed to too late. */
  failure: z.optional(z.string()),
  createdAt: Moment,
  expiresAt: Moment,
  paidAt: z.optional(Moment),
  /** What the buyer really paid, where the provider sets the price itself: the app stores. */
  paid: z.optional(z.object({ minor: Amount, currency: z.enum(currencies) })),
  /** Since it is paid: the coins that it brought into `paid` of the wallet and that neither claims nor debts took out. */
  inPaid: z.optional(Amount),
  /** Until when its bonus coins are good. */
  bonusExpiresAt: z.optional(Moment),
  /** What its bonus coins are worth to creators, as in their lot. */
  bonusWorthBasisPoints: z.optional(WorthBasisPoints),
  /** Of its bonus coins, those that expired in the wallet: nobody owes them when the payment goes back. */
  bonusExpiredCoins: z.optional(Amount),
  /** The line of the provider's own list in which the payment was found. */
  listedAs: z.optional(z.string()),
  /** What the provider says of money that goes back, by the claim's id; it may come before the payment does. */
  claims: z.optional(z.record(z.string(), StoredClaim)),
  /** The provider's running total of what it refunded, where it tells one; the highest seen. */
  refundedMinor: z.optional(Amount),
  back: z.optional(Back),
  /** By how much each change moved the coins taken or owed, the frozen ones, and the money: what the entries say as well. */
  backChanges: z.optional(z.array(z.object({ at: Moment, coins: z.int(), frozenCoins: z.int(), minor: z.int() }))),
  version: z.int(),
  dueBucket: z.optional(z.string()),
  dueAt: z.optional(Moment),
});
export type Recharge = z.infer<typeof Recharge>;

/** The money that an order stands for: what was quoted, unless an app store asked for something else. */
export function moneyOf({ priceMinor, currency, paid }: MoneyOfOrder): { minor: number; currency: Currency } {
  return paid ?? { minor: priceMinor, currency };
}
type MoneyOfOrder = Pick<Recharge, 'priceMinor' | 'currency' | 'paid'>;

export function parseRecharge(item: Item): Recharge {
  return z.parse(Recharge, item);
}

/**
 * What was reported of money that goes back when nobody knew yet whose payment it was: `PAYMENT#{provider}#{paymentId}` /
 * `CLAIMS`. It is never removed; whoever settles the payment finds it.
 */
export const WaitingClaims = z.object({
  claims: z.record(z.string(), StoredClaim),
  refundedMinor: Amount,
  version: z.int(),
});

/** Which order a payment is for, found by the provider's id of it: `PAYMENT#{provider}#{paymentId}` / `PAYMENT`. */
export const PaymentPointer = z.object({ rechargeId: z.string() });

/** A line by which a wallet's purchases are found in their order: `WALLET#{userId}` / `PURCHASE#{paidAt}#{rechargeId}`. */
export const PurchaseLine = z.object({ rechargeId: z.string() });

/** Who did what about a parked event, and why. */
export const EventDecision = z.object({
  action: z.enum(['replay', 'close']),
  by: z.string(),
  at: Moment,
  reason: z.string(),
});
export type EventDecision = z.infer<typeof EventDecision>;

/** Proof that a provider's event was handled, and how: `EVENT#{provider}#{eventId}` / `EVENT`. */
export const ProviderEvent = z.object({
  provider: z.enum(providerNames),
  eventId: z.string(),
  type: z.string(),
  /** SHA-256 of the body, in hex. */
  digest: z.string(),
  outcome: z.enum(['applied', 'ignored', 'parked', 'closed']),
  /** Why it was parked or ignored. */
  reason: z.optional(z.string()),
  /** The recharge or payout it was about. */
  subject: z.optional(z.string()),
  receivedAt: Moment,
  /** While it is parked: what it reports, as JSON, or what to ask the provider about. */
  report: z.optional(z.string()),
  /** Which sweep asks the provider when an operator has it replayed; absent where the report tells all. */
  replayedBy: z.optional(z.enum(replayKinds)),
  /** What operators did about it while it was parked. */
  trail: z.optional(z.array(EventDecision)),
  dueBucket: z.optional(z.string()),
  dueAt: z.optional(Moment),
});
export type ProviderEvent = z.infer<typeof ProviderEvent>;

export function parseProviderEvent(item: Item): ProviderEvent {
  return z.parse(ProviderEvent, item);
}
