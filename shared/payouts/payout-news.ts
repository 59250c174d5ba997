import * as z from 'zod/mini';
import { type Currency, currencies } from '../money/currency.ts';
import type { Minor } from '../money/units.ts';

/**
 * Where a provider says that the money of a payout is, in the words of PayPal's Payouts API; other providers' words are
 * translated into these. SUCCESS, FAILED, BLOCKED, RETURNED, REFUNDED and REVERSED decide, although a SUCCESS may still turn
 * into one of the last three. UNCLAIMED waits for a receiver without an account, ONHOLD for a review by the provider. One word
 * is no PayPal's: UNRETURNED is money that did not reach its receiver and that could not be taken back either.
 */
export const PayoutStatus = z.enum([
  'PENDING',
  'UNCLAIMED',
  'ONHOLD',
  'SUCCESS',
  'FAILED',
  'BLOCKED',
  'RETURNED',
  'REFUNDED',
  'REVERSED',
  'UNRETURNED',
]);
export type PayoutStatus = z.infer<typeof PayoutStatus>;

/** What a provider says of one payment that it was asked to make. */
export type PayoutNews = {
  /** Our reference; absent on payments that something else made in the same account. */
  payoutId?: string;
  /** The provider's id of the payment. Two of them for one payout would be money sent twice. */
  itemId: string;
  /** The provider's id of the batch that the payment is in. */
  reference: string;
  status: PayoutStatus;
  amountMinor: Minor;
  currency: Currency;
  /** The provider's name for why the payment is where it is, for example `RECEIVER_UNREGISTERED`. */
  errorName?: string;
};

const text = z.string().check(z.minLength(1));

const KeptNews = z.object({
  payoutId: z.optional(z.string()),
  itemId: text,
  reference: text,
  status: PayoutStatus,
  amountMinor: z.int(),
  currency: z.enum(currencies),
  errorName: z.optional(z.string()),
});

/** News that waited before there were other ways of paying than PayPal is kept under PayPal's names. */
const KeptPayPalItem = z.pipe(
  z.object({
    payoutItemId: text,
    payoutBatchId: text,
    senderItemId: z.optional(z.string()),
    status: PayoutStatus,
    amountMinor: z.int(),
    currency: z.enum(currencies),
    errorName: z.optional(z.string()),
  }),
  z.transform(({ payoutItemId, payoutBatchId, senderItemId, ...rest }) => ({
    ...rest,
    itemId: payoutItemId,
    reference: payoutBatchId,
    ...(senderItemId !== undefined && { payoutId: senderItemId }),
  })),
);

const Kept = z.union([KeptNews, KeptPayPalItem]);

/** Reads news that was kept as JSON. Throws when it is none. */
export function parseKeptNews(kept: string): PayoutNews {
  // What was left out stays left out: JSON has no `undefined`, which is all that the types differ in beside the brands.
  return z.parse(Kept, JSON.parse(kept)) as PayoutNews;
}
