import type { Minor } from '../money/units.ts';
import type { Claim, Payment, ProviderName } from '../providers/payment.ts';
import type { Recharge } from '../store/items/recharge.ts';
import type { Checkout } from './schemas.ts';

/**
 * What the buyer's device needs to pay, and the provider's id of the payment where it has one before it is paid; or the id
 * of the session in which the buyer will make one.
 */
export type OpenedPayment = { paymentId?: string; sessionId?: string; checkout: Checkout };

/** A checkout in which nobody has begun to pay. */
export type Unpaid = { status: 'open' | 'canceled' };

/** What a buyer has agreed to pay, and what waits to be taken: `take` takes it once, and says how the payment stands then. */
type Agreed = { status: 'agreed'; take(): Promise<Payment | undefined> };

/**
 * What recharges ask of those who take the money. Each provider is a folder or a few files in `shared/providers` that make
 * one of these, and a line in `connect-providers.ts`.
 * All calls throw `ProviderOutcomeUnknown` when the provider gave no answer and repeating is worth while.
 */
export type PaymentProvider = {
  /**
   * Opens the payment of an order. Everything in the call comes from the order, so that a repetition is the same request
   * and gives the same payment.
   */
  open(order: Recharge): Promise<OpenedPayment>;
  /** How the payment of an order stands; nothing when the provider knows of none. */
  find(order: Recharge): Promise<Payment | Unpaid | Agreed | undefined>;
  /**
   * Sees to it that nobody can pay an order any more, and says how its payment stands then: a buyer may have been faster.
   * Absent where nothing can be canceled.
   */
  cancel?(order: Recharge): Promise<Payment | Unpaid | undefined>;
  /** Whether no money moves until we take what the buyer has agreed to: then an order need not be canceled. */
  waitsToBeTaken?: true;
  /**
   * Gives back a part of an order's payment, once for a `claimId`, whenever and however often it is asked. Absent where
   * only the provider itself refunds: the app stores.
   * @throws RefundRefused when the provider will not, ever.
   */
  refund?(order: Recharge, wanted: WantedRefund): Promise<Claim>;
};

/** `claimId` is our own reference; the provider repeats it in its news of the refund. */
type WantedRefund = { claimId: string; amountMinor: Minor };

/** The providers that a function can reach; each call opens its connection anew when its keys were changed. */
export type PaymentProviders = { [Name in ProviderName]?: () => Promise<PaymentProvider> };
