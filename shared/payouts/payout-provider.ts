import type { Currency } from '../money/currency.ts';
import type { Minor } from '../money/units.ts';
import type { ProviderName } from '../providers/payment.ts';
import { PayoutMethod, type PayoutProfile } from '../store/items/creator.ts';
import type { PayoutNews } from './payout-news.ts';

export type PayoutToSend = {
  payoutId: string;
  destination: PayoutProfile['destination'];
  amountMinor: Minor;
  currency: Currency;
};

/** One call of a provider. Its members and amounts never change, so that a repetition is the same request. */
type BatchToSend = { batchId: string; payouts: PayoutToSend[] };

/**
 * What became of one call. `refused` speaks for this call alone: it sent nothing, but an earlier one under the same `batchId`
 * may have. A `retryable` refusal is about our own account (its balance, its permissions, its rate), so that the same batch can
 * succeed later; any other is about the batch, and `payoutIds` are the payouts that it names as its cause, if it names any.
 */
export type SendingOutcome =
  | { kind: 'taken'; reference: string }
  | { kind: 'refused'; code: string; retryable: boolean; payoutIds?: string[] };

/** A batch as the provider knows it, with those of its payouts that are asked about. */
export type SentBatch = {
  /** What `send` gave. */
  reference: string;
  payouts: { payoutId: string; itemId?: string; amountMinor: Minor; currency: Currency }[];
};

/**
 * What payouts ask of those who pay creators. Each way of paying is a file that makes one of these, an entry in
 * `payoutMethods`, and a line in `connect-payout-providers.ts`.
 * All calls throw `ProviderOutcomeUnknown` when the provider gave no answer and repeating is worth while.
 */
export type PayoutProvider = {
  /** The most payouts that one call takes. */
  mostAtOnce: number;
  /** For this long after its first call a batch can be sent again and is still paid once. */
  sentAgainForDays: number;
  /** Sends money. The same batch again, with the same `batchId`, pays nothing again and says where the first one is. */
  send(batch: BatchToSend): Promise<SendingOutcome>;
  /** How the payouts of a batch stand; those of which the provider says nothing yet are left out. */
  look(batch: SentBatch): Promise<PayoutNews[]>;
  /** How one payment stands, by the provider's id of it; nothing when the provider has none such. */
  find(itemId: string): Promise<PayoutNews | undefined>;
};

/** The ways of paying that a function can reach; each call opens its connection anew when its keys were changed. */
export type PayoutProviders = { readonly [Method in PayoutMethod]?: () => Promise<PayoutProvider> };

/** Whose events tell of the payouts of each method, and what creators know it as. */
export const payoutMethods: Record<PayoutMethod, { provider: ProviderName; name: string }> = {
  paypal: { provider: 'paypal', name: 'PayPal' },
  bank: { provider: 'stripe', name: 'Stripe' },
};

/** The provider whose events have that name. @throws Error when this function cannot reach it. */
export async function providerNamed(providers: PayoutProviders, name: ProviderName): Promise<PayoutProvider> {
  const method = PayoutMethod.options.find((option) => payoutMethods[option].provider === name);
  if (!method) throw new Error(`No payouts are made by ${name}.`);
  return providerOf(providers, method);
}

/** The provider of a payout's method. @throws Error when this function cannot reach it. */
export async function providerOf(providers: PayoutProviders, method: PayoutMethod): Promise<PayoutProvider> {
  const open = providers[method];
  if (!open) throw new Error(`Payouts by ${method} cannot be reached here.`);
  return open();
}
