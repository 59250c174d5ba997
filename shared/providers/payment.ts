import type { Minor } from '../money/units.ts';
import type { ProviderName } from '../store/items/common.ts';

export type { ProviderName };

/**
 * The app stores, which sell from catalogues of their own: they set the price, in the currency of the buyer's storefront,
 * and know of no user but of the order that the app names. All others take the price that was quoted.
 */
export function isAppStore(provider: ProviderName): boolean {
  return provider === 'apple' || provider === 'google';
}

/** One payment as its provider reports it, in the words that all providers share. */
export type Payment = {
  provider: ProviderName;
  /** The provider's own id of it: a PaymentIntent, a PayPal order, a transaction of the App Store, an order of Google Play. */
  paymentId: string;
  /** `processing` is with a bank, which may take weeks; `open` is everything else that is neither paid nor over. */
  status: 'open' | 'processing' | 'succeeded' | 'canceled';
  /** What was asked for. */
  amountMinor: Minor;
  /** What was really received: 0 until the payment succeeds. */
  amountReceivedMinor: Minor;
  /** Upper case ISO 4217, and not necessarily a currency that we price in. */
  currency: string;
  /** What was bought, where the provider has a catalogue of its own: the app stores. */
  productId?: string;
  /** How many of it; absent where there is no product. */
  quantity?: number;
  /** The region of the store that sold it, ISO 3166-1 alpha-2, where a receipt says so: the app stores. */
  storefront?: string;
  /** Absent on payments that something else made in the same account of the provider. */
  rechargeId?: string;
  userId?: string;
  /** The provider's code for the last failed attempt, for example `card_declined`. */
  failureCode?: string;
};

/** What a provider reports, by an event or when it is asked. */
export type ProviderReport = { eventId: string; type: string } & (
  | { kind: 'payment_succeeded' | 'payment_failed'; payment: Payment }
  | { kind: 'claim'; about: ClaimedPayment; claims: ClaimReport[] }
  | { kind: 'checkout_expired'; rechargeId: string }
  | { kind: 'unhandled' }
);

/** Which payment a claim is about. `currency` is that of its amounts, upper case, where the provider names one. */
export type ClaimedPayment = { paymentId: string; rechargeId?: string; currency?: string };

/** News of money that goes back: one claim, the provider's running total of its refunds, or both. */
export type ClaimReport = { claim?: Claim; refundedMinor?: Minor };

/**
 * Something that gives a payment back or may do so, known by an id of the provider's. It moves: a refund may fail after
 * all or be reversed, a dispute ends.
 * - `refund`: `requested` is one that we ask for ourselves and of which the provider has said nothing yet; it freezes what
 *   is left of the coins. `pending` and `succeeded` take them back; `failed` (never happened, or was reversed) does not.
 * - `dispute`: `open` freezes what is left of the coins, `lost` takes them back, `won` gives them back.
 * - `warning`: a dispute may follow; it is kept and counted, and changes nothing.
 */
export type Claim = {
  claimId: string;
  /** What of the payment it is about. */
  amountMinor: Minor;
  /** RFC 3339, UTC, milliseconds: when the provider says that it came into this state. */
  at: string;
} & (
  | { kind: 'refund'; state: 'requested' | 'pending' | 'succeeded' | 'failed' }
  | { kind: 'dispute'; state: 'open' | 'won' | 'lost' }
  | { kind: 'warning'; state: 'open' }
);
