import * as z from 'zod/mini';
import type { Currency } from '../money/currency.ts';
import type { Minor } from '../money/units.ts';
import { type PayPalDispute, type PayPalRefund, parsePayPalDispute, parsePayPalRefund } from './paypal-claims.ts';
import { type DisputePart, disputesPath, type PayPalDisputePage, parseDisputePage } from './paypal-dispute-list.ts';
import { createPayPalHttp, type PayPalAnswer, type PayPalConnection } from './paypal-http.ts';
import { readable } from './paypal-outcome.ts';
import { type PayPalCapture, type PayPalOrder, parsePayPalCapture, parsePayPalOrder } from './paypal-payment.ts';
import {
  isTooMuchToList,
  type PayPalTransactionPage,
  parseTransactionPage,
  type TransactionPeriod,
  transactionsPath,
} from './paypal-transactions.ts';
import { toPayPalCharge } from './provider-amounts.ts';
import { ProviderOutcomeUnknown } from './provider-outcome-unknown.ts';

/**
 * Taking money through PayPal: https://developer.paypal.com/docs/api/orders/v2/ and …/payments/v2/.
 * Every call throws `ProviderOutcomeUnknown` when it is worth repeating, `PayPalAccessDenied` when PayPal gives no token,
 * and `PayPalRefused` when PayPal will not do it. What only reads answers `undefined` for what PayPal does not have.
 */
export type PayPalOrders = {
  /**
   * Opens an order for a recharge. Repeating it gives the same order, as long as PayPal remembers the request: 6 hours.
   * Throws `AmountNotRepresentable` before anything is sent.
   */
  createOrder(order: NewPayPalOrder): Promise<PayPalOrder>;
  getOrder(orderId: string): Promise<PayPalOrder | undefined>;
  /**
   * Takes the money of an approved order. PayPal captures an order once, whoever asks and however often. An order whose
   * buyer's means of payment was declined comes back open, with the reason in `failureCode`.
   */
  captureOrder(order: PayPalOrder): Promise<PayPalOrder | undefined>;
  getCapture(captureId: string): Promise<PayPalCapture | undefined>;
  /** Gives back a part of a capture or all of it; PayPal does so once for a `refundId`, which it remembers for 45 days. */
  refundCapture(refund: NewPayPalRefund): Promise<PayPalRefund>;
  getRefund(refundId: string): Promise<PayPalRefund | undefined>;
  getDispute(disputeId: string): Promise<PayPalDispute | undefined>;
  /** The ids of all disputes about a capture. */
  disputesAbout(captureId: string): Promise<string[]>;
  /** A page of the disputes that last changed within a time. */
  changedDisputes(part: DisputePart): Promise<PayPalDisputePage>;
  /** A page of what moved the account's balance, numbered from 1; nothing when the period holds too much to be listed. */
  transactions(part: TransactionPeriod & { page: number }): Promise<PayPalTransactionPage | undefined>;
};

export type NewPayPalOrder = {
  rechargeId: string;
  userId: string;
  amountMinor: Minor;
  currency: Currency;
  description: string;
  /** Where PayPal's page sends the buyer who has agreed, or has not. */
  pages?: { successUrl: string; cancelUrl: string };
};

type NewPayPalRefund = {
  captureId: string;
  /** Our reference of it; see `ownRefundPrefix`. */
  refundId: string;
  amountMinor: Minor;
  currency: Currency;
};

/** PayPal will not do what it was asked; nothing was done. `code` is PayPal's own, for example `CAPTURE_FULLY_REFUNDED`. */
export class PayPalRefused extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number) {
    super(`PayPal refused: ${code} (HTTP ${status})`);
    this.name = 'PayPalRefused';
    this.code = code;
    this.status = status;
  }
}

/** 4xx answers that do not say whether the request was carried out, or that another moment may see another answer. */
const undecidedStatuses = [401, 408, 409, 425, 429];

const refusal = z.object({
  name: z.string().check(z.minLength(1)),
  details: z._default(z.array(z.object({ issue: z.optional(z.string()) })), []),
});
const disputeList = z.object({ items: z._default(z.array(z.object({ dispute_id: z.string() })), []) });

export function createPayPalOrders(connection: PayPalConnection): PayPalOrders {
  const request = createPayPalHttp(connection);

  async function read<Value>(path: string, parse: (body: unknown) => Value): Promise<Value | undefined> {
    const answer = await request({ method: 'GET', path });
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw new ProviderOutcomeUnknown(`PayPal answered HTTP ${answer.status}`);
    return readable(() => parse(answer.body));
  }

  function getOrder(orderId: string): Promise<PayPalOrder | undefined> {
    return read(`/v2/checkout/orders/${encodeURIComponent(orderId)}`, parsePayPalOrder);
  }

  return {
    async createOrder(order) {
      const body = orderRequest(order);
      const requestId = `recharge-${order.rechargeId}`;
      const answer = await request({ method: 'POST', path: '/v2/checkout/orders', body, requestId });
      refuse(answer);
      return readable(() => parsePayPalOrder(answer.body));
    },

    getOrder,

    async captureOrder(order) {
      const { paymentId, rechargeId = paymentId } = order.payment;
      const path = `/v2/checkout/orders/${encodeURIComponent(paymentId)}/capture`;
      // A buyer whose means of payment was declined may approve again: that is another attempt, and changes the order.
      const requestId = `capture-${rechargeId}-${order.changedAt}`.slice(0, 108);
      const answer = await request({ method: 'POST', path, body: {}, requestId });
      const code = refusalOf(answer);
      if (code !== undefined && answer.status === 422 && code !== 'ORDER_ALREADY_CAPTURED')
        return { ...order, isApproved: false, payment: { ...order.payment, failureCode: code } };
      if (answer.status !== 404 && code !== 'ORDER_ALREADY_CAPTURED') refuse(answer);
      // The answer leaves out much of what the order itself says.
      return getOrder(paymentId);
    },

    getCapture: (captureId) => read(`/v2/payments/captures/${encodeURIComponent(captureId)}`, parsePayPalCapture),

    async refundCapture({ captureId, refundId, amountMinor, currency }) {
      const path = `/v2/payments/captures/${encodeURIComponent(captureId)}/refund`;
      const amount = { currency_code: currency, value: toPayPalCharge({ amountMinor, currency }) };
      const body = { amount, custom_id: refundId };
      const answer = await request({ method: 'POST', path, body, requestId: `refund-${refundId}` });
      refuse(answer);
      const { id } = readable(() => z.parse(z.object({ id: z.string() }), answer.body));
      const refund = await read(`/v2/payments/refunds/${encodeURIComponent(id)}`, parsePayPalRefund);
      if (!refund) throw new ProviderOutcomeUnknown(`PayPal does not have the refund ${id} yet`);
      return refund;
    },

    getRefund: (refundId) => read(`/v2/payments/refunds/${encodeURIComponent(refundId)}`, parsePayPalRefund),
    getDispute: (disputeId) => read(`/v1/customer/disputes/${encodeURIComponent(disputeId)}`, parsePayPalDispute),

    async transactions({ from, to, page }) {
      const answer = await request({ method: 'GET', path: transactionsPath({ from, to, page }) });
      if (isTooMuchToList(answer)) return undefined;
      if (answer.status !== 200) throw new ProviderOutcomeUnknown(`PayPal answered HTTP ${answer.status}`);
      return readable(() => parseTransactionPage(answer.body));
    },

    async changedDisputes(part) {
      const page = await read(disputesPath(part), parseDisputePage);
      if (!page) throw new ProviderOutcomeUnknown('PayPal has no list of disputes');
      return page;
    },

    async disputesAbout(captureId) {
      const query = `disputed_transaction_id=${encodeURIComponent(captureId)}&page_size=50`;
      const list = await read(`/v1/customer/disputes?${query}`, (body) => disputeList.parse(body));
      return list?.items.map(({ dispute_id }) => dispute_id) ?? [];
    },
  };
}

function refuse(answer: PayPalAnswer): void {
  const code = refusalOf(answer);
  if (code !== undefined) throw new PayPalRefused(code, answer.status);
}

/** Why PayPal will not do it; nothing when it did. The issue says more than the name, which is mostly UNPROCESSABLE_ENTITY. */
function refusalOf({ status, body }: PayPalAnswer): string | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (undecidedStatuses.includes(status)) throw new ProviderOutcomeUnknown(`PayPal answered HTTP ${status}`);
  const { name, details } = readable(() => refusal.parse(body));
  return details[0]?.issue ?? name;
}

/**
 * `custom_id` and `reference_id` say whose order it is, and come back with it; `invoice_id` keeps PayPal from taking a
 * second payment for the same recharge.
 */
function orderRequest({ rechargeId, userId, amountMinor, currency, description, pages }: NewPayPalOrder): unknown {
  const amount = { currency_code: currency, value: toPayPalCharge({ amountMinor, currency }) };
  const unit = { reference_id: userId, custom_id: rechargeId, invoice_id: rechargeId, description, amount };
  const experience_context = {
    user_action: 'PAY_NOW',
    shipping_preference: 'NO_SHIPPING',
    ...(pages && { return_url: pages.successUrl, cancel_url: pages.cancelUrl }),
  };
  return { intent: 'CAPTURE', purchase_units: [unit], payment_source: { paypal: { experience_context } } };
}
