import * as z from 'zod/mini';
import { uuidV7Pattern } from '../identifiers.ts';
import type { PayPalAnswer } from './paypal-http.ts';
import { payPalMinor, payPalMoney, text } from './paypal-payment.ts';

/** From when until before when; 31 days at most. */
export type TransactionPeriod = { from: Date; to: Date };

export type PayPalTransactionPage = { lines: PayPalLine[]; pages: number };

/** One line of the list, as far as it is about a payment that we got. */
export type PayPalLine =
  | { kind: 'payment'; lineId: string; orderId?: string; rechargeId?: string; amountMinor: number; currency: string }
  /** We gave back a part of a payment, or all. */
  | { kind: 'refund'; lineId: string; rechargeId?: string; amountMinor: number; currency: string }
  /** PayPal or a bank took back money of a payment, holds it, or let go of it. */
  | { kind: 'reversal'; lineId: string; captureId: string; amountMinor: number; currency: string }
  | { kind: 'unreadable'; lineId: string; reason: string };

/** PayPal gives 500 at most; a reader must be able to deal with a page in one run, even if PayPal is asked about each line. */
const linesPerPage = 100;

/** https://developer.paypal.com/docs/api/transaction-search/v1/#transactions_get: both bounds are within, to the second. */
export function transactionsPath({ from, to, page }: TransactionPeriod & { page: number }): string {
  const last = new Date(to.getTime() - 1000);
  const query = new URLSearchParams({
    start_date: inSeconds(from),
    end_date: inSeconds(last),
    fields: 'transaction_info',
    page_size: String(linesPerPage),
    page: String(page),
  });
  return `/v1/reporting/transactions?${query}`;
}

function inSeconds(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`;
}

/** PayPal lists no more than 10,000 transactions of one period, on however many pages. */
export function isTooMuchToList({ status, body }: PayPalAnswer): boolean {
  return status === 400 && z.safeParse(z.object({ name: z.literal('RESULTSET_TOO_LARGE') }), body).success;
}

const Page = z.object({
  transaction_details: z._default(z.array(z.object({ transaction_info: z.unknown() })), []),
  total_pages: z._default(z.int(), 1),
});

/** Reads a page. Throws when it is none. */
export function parseTransactionPage(value: unknown): PayPalTransactionPage {
  const { transaction_details: details, total_pages: pages } = Page.parse(value);
  return { pages, lines: details.flatMap(({ transaction_info: info }) => readLine(info)) };
}

const Line = z.object({ transaction_id: text, transaction_event_code: z.string() });
const Info = z.object({
  transaction_status: z.optional(z.string()),
  /** Negative for what left the account. */
  transaction_amount: payPalMoney,
  paypal_reference_id: z.optional(z.string()),
  /** `ODR` an order, `TXN` a transaction. */
  paypal_reference_id_type: z.optional(z.string()),
  custom_field: z.optional(z.string()),
  invoice_id: z.optional(z.string()),
});

/** https://developer.paypal.com/docs/transaction-search/transaction-event-codes/ */
const refundCode = 'T1107';
const paymentGroup = 'T00';
/** Reversals, holds and their end, and chargebacks with theirs. */
const reversalGroups = ['T11', 'T12'];
/** PayPal's own fee for a payment, reversed or refunded, which is not the buyer's money. */
const feeCodes = ['T1108', 'T1109'];

function readLine(value: unknown): PayPalLine[] {
  const { transaction_id: lineId, transaction_event_code: code } = Line.parse(value);
  if (feeCodes.includes(code)) return [];
  if (!code.startsWith(paymentGroup) && !reversalGroups.some((group) => code.startsWith(group))) return [];
  try {
    return meaningOf(lineId, code, Info.parse(value));
  } catch (error) {
    return [{ kind: 'unreadable', lineId, reason: error instanceof Error ? error.name : 'unknown' }];
  }
}

function meaningOf(lineId: string, code: string, info: z.infer<typeof Info>): PayPalLine[] {
  const { transaction_amount: amount, transaction_status: status, paypal_reference_id: referenceId } = info;
  const { currency_code: currency } = amount;
  const left = amount.value.startsWith('-');
  const amountMinor = payPalMinor({ ...amount, value: left ? amount.value.slice(1) : amount.value });
  const known = { lineId, amountMinor, currency };
  const named = [info.custom_field, info.invoice_id].find((id) => id !== undefined && uuidV7Pattern.test(id));
  const rechargeId = named === undefined ? {} : { rechargeId: named };
  // Denied: nothing moved.
  if (status === 'D') return [];
  if (code.startsWith(paymentGroup)) {
    // What left is a payout. A pending payment has not arrived; when it does, its order is looked up.
    if (left || (status !== 'S' && status !== 'V')) return [];
    const orderId = info.paypal_reference_id_type === 'ODR' ? referenceId : undefined;
    return [{ kind: 'payment', ...known, ...rechargeId, ...(orderId !== undefined && { orderId }) }];
  }
  // What comes back of a payout has these codes as well.
  if (code === refundCode) return left ? [{ kind: 'refund', ...known, ...rechargeId }] : [];
  return referenceId === undefined ? [] : [{ kind: 'reversal', ...known, captureId: referenceId }];
}
