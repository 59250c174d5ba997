import * as z from 'zod/mini';
import { type Currency, currencies, parseMinor } from '../money/currency.ts';
import type { Minor } from '../money/units.ts';
import { fromPayPalValue } from './provider-amounts.ts';

/**
 * The states of a payout item (`transaction_enum` of PayPal's Payouts API). SUCCESS, FAILED, RETURNED, BLOCKED, REFUNDED
 * and REVERSED end an item, although a SUCCESS may still turn into a RETURNED, REFUNDED or REVERSED. UNCLAIMED waits up
 * to 30 days for a receiver without an account, and ONHOLD for a review by PayPal.
 */
const payPalItemStatus = z.enum([
  'SUCCESS',
  'FAILED',
  'PENDING',
  'UNCLAIMED',
  'RETURNED',
  'ONHOLD',
  'BLOCKED',
  'REFUNDED',
  'REVERSED',
]);

/** One payout item as PayPal reports it. */
export type PayPalItem = {
  payoutItemId: string;
  payoutBatchId: string;
  /** The reference that we gave the item; absent on payouts that something else made in the same PayPal account. */
  senderItemId?: string;
  status: z.infer<typeof payPalItemStatus>;
  amountMinor: Minor;
  currency: Currency;
  /** What PayPal charges the sender, and in which currency: often, but not always, that of the amount. */
  feeMinor?: Minor;
  feeCurrency?: Currency;
  transactionId?: string;
  /** PayPal's name for why the item is where it is, for example `RECEIVER_UNREGISTERED`. */
  errorName?: string;
};

const text = z.string().check(z.minLength(1));
const money = z.object({ currency: z.enum(currencies), value: z.string() });

/** The fields of an item that are read. What only explains (the fee, the error) never makes an item unreadable. */
const payoutItem = z.object({
  payout_item_id: text,
  payout_batch_id: text,
  transaction_id: z.catch(z.optional(text), undefined),
  // The status is missing for a moment after an item was taken in.
  transaction_status: z._default(payPalItemStatus, 'PENDING'),
  payout_item_fee: z.catch(z.optional(money), undefined),
  payout_item: z.object({ sender_item_id: z.optional(z.string()), amount: money }),
  errors: z.catch(z.optional(z.object({ name: text })), undefined),
});

/** Reads a payout item. Throws when it is not one, or is of an amount that cannot be read exactly. */
export function parsePayPalItem(value: unknown): PayPalItem {
  const item = payoutItem.parse(value);
  const { amount, sender_item_id: senderItemId } = item.payout_item;
  const fee = item.payout_item_fee;
  const feeMinor = fee && parseMinor(fee.value, fee.currency);
  return {
    payoutItemId: item.payout_item_id,
    payoutBatchId: item.payout_batch_id,
    status: item.transaction_status,
    amountMinor: fromPayPalValue(amount),
    currency: amount.currency,
    ...(senderItemId ? { senderItemId } : {}),
    ...(fee && feeMinor !== undefined ? { feeMinor, feeCurrency: fee.currency } : {}),
    ...(item.transaction_id ? { transactionId: item.transaction_id } : {}),
    ...(item.errors ? { errorName: item.errors.name } : {}),
  };
}
