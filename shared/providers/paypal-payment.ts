import * as z from 'zod/mini';
import { uuidV7Pattern } from '../identifiers.ts';
import { isCurrency } from '../money/currency.ts';
import { type Minor, minor } from '../money/units.ts';
import type { Payment } from './payment.ts';
import { fromPayPalValue } from './provider-amounts.ts';

/** An order at PayPal: https://developer.paypal.com/docs/api/orders/v2/#orders_get */
export type PayPalOrder = {
  payment: Payment;
  /** The buyer has agreed to pay, and the money waits to be captured. */
  isApproved: boolean;
  /** When the order last changed, in PayPal's own words; empty when PayPal does not say. */
  changedAt: string;
  /** What was captured; refunds name it. */
  captureId?: string;
  /** Where the buyer agrees to pay; absent when there is nothing to agree to any more. */
  approveUrl?: string;
};

/** One capture: https://developer.paypal.com/docs/api/payments/v2/#captures_get */
export type PayPalCapture = {
  captureId: string;
  /** Absent on captures that were made without an order, which are none of ours. */
  orderId?: string;
  rechargeId?: string;
  amountMinor: Minor;
  currency: string;
  /** RFC 3339, UTC, milliseconds. */
  createdAt: string;
  /** All of it: of a part, the refunds say how much. */
  isGivenBack: boolean;
};

export const text = z.string().check(z.minLength(1));
export const payPalMoney = z.object({ currency_code: z.string().check(z.regex(/^[A-Z]{3}$/)), value: z.string() });
const links = z.optional(z.array(z.object({ href: z.string(), rel: z.string() })));
export type PayPalLinks = z.infer<typeof links>;

/** A state that this version does not know is neither paid nor over. */
const captureStatus = z.catch(
  z.enum(['COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'PENDING', 'DECLINED', 'FAILED']),
  'PENDING',
);
/** The states of a capture whose money arrived, wherever it went later. */
const receivedStatuses = ['COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED'];

const captureOfOrder = z.object({
  id: text,
  status: captureStatus,
  status_details: z.optional(z.object({ reason: z.optional(z.string()) })),
  amount: payPalMoney,
});

const order = z.object({
  id: text,
  status: z.catch(z.enum(['CREATED', 'SAVED', 'APPROVED', 'VOIDED', 'COMPLETED', 'PAYER_ACTION_REQUIRED']), 'CREATED'),
  update_time: z._default(z.string(), ''),
  purchase_units: z
    .array(
      z.object({
        reference_id: z.optional(z.string()),
        custom_id: z.optional(z.string()),
        amount: payPalMoney,
        payments: z.optional(z.object({ captures: z.optional(z.array(captureOfOrder)) })),
      }),
    )
    .check(z.minLength(1)),
  links,
});

const capture = z.object({
  id: text,
  status: captureStatus,
  amount: payPalMoney,
  custom_id: z.optional(z.string()),
  create_time: text,
  supplementary_data: z.optional(z.object({ related_ids: z.optional(z.object({ order_id: z.optional(text) })) })),
  links,
});

/** Reads an order. Throws when it is not one, or is of an amount that cannot be read exactly. */
export function parsePayPalOrder(value: unknown): PayPalOrder {
  const { id, status, update_time, purchase_units: units, links } = order.parse(value);
  const [unit, another] = units;
  if (!unit) throw new Error('the order has nothing to buy');
  const captures = unit.payments?.captures ?? [];
  const received = captures.filter((each) => receivedStatuses.includes(each.status));
  const declined = captures.find((each) => each.status === 'DECLINED' || each.status === 'FAILED');
  const isPending = captures.some((each) => each.status === 'PENDING');
  const isOver = status === 'VOIDED' || status === 'COMPLETED';
  // Ours are about one thing each; one about several was made by something else in the same account.
  const rechargeId = another ? undefined : rechargeOf(unit.custom_id);
  const approveUrl = linkOf(links, 'payer-action') ?? linkOf(links, 'approve');
  const captureId = (received[0] ?? captures[0])?.id;
  return {
    payment: {
      provider: 'paypal',
      paymentId: id,
      status: received.length > 0 ? 'succeeded' : isPending ? 'processing' : isOver ? 'canceled' : 'open',
      amountMinor: payPalMinor(unit.amount),
      amountReceivedMinor: minor(received.reduce((sum, { amount }) => sum + payPalMinor(amount), 0)),
      currency: (received[0]?.amount ?? unit.amount).currency_code,
      ...(rechargeId !== undefined && { rechargeId, ...(unit.reference_id && { userId: unit.reference_id }) }),
      ...(declined && { failureCode: declined.status_details?.reason ?? `CAPTURE_${declined.status}` }),
    },
    isApproved: status === 'APPROVED' && captures.length === 0,
    changedAt: update_time,
    ...(captureId !== undefined && { captureId }),
    ...(approveUrl !== undefined && { approveUrl }),
  };
}

/** Reads a capture. Throws when it is not one, or is of an amount that cannot be read exactly. */
export function parsePayPalCapture(value: unknown): PayPalCapture {
  const { id, status, amount, custom_id, create_time, supplementary_data, links } = capture.parse(value);
  const orderId = supplementary_data?.related_ids?.order_id ?? idInLink(links, { rel: 'up', collection: 'orders' });
  const rechargeId = rechargeOf(custom_id);
  return {
    captureId: id,
    amountMinor: payPalMinor(amount),
    currency: amount.currency_code,
    createdAt: momentOf(create_time),
    isGivenBack: status === 'REFUNDED',
    ...(orderId !== undefined && { orderId }),
    ...(rechargeId !== undefined && { rechargeId }),
  };
}

/** Whatever else sells through the same account may use `custom_id` as it likes. */
function rechargeOf(customId: string | undefined): string | undefined {
  return customId !== undefined && uuidV7Pattern.test(customId) ? customId : undefined;
}

/** An amount in a currency that we do not price in counts as 0: whoever compares must look at the currency first anyway. */
export function payPalMinor({ currency_code: currency, value }: z.infer<typeof payPalMoney>): Minor {
  return isCurrency(currency) ? fromPayPalValue({ value, currency }) : minor(0);
}

/** PayPal writes moments with and without milliseconds. */
export function momentOf(time: string): string {
  return new Date(time).toISOString();
}

function linkOf(links: PayPalLinks, rel: string): string | undefined {
  return links?.find((link) => link.rel === rel)?.href;
}

/** The id at the end of a link; only the id is used, so no foreign address is ever called. */
export function idInLink(links: PayPalLinks, { rel, collection }: { rel: string; collection: string }) {
  const path = new RegExp(`/${collection}/([A-Za-z0-9-]+)$`);
  return links?.flatMap((link) => (link.rel === rel ? (path.exec(link.href)?.[1] ?? []) : []))[0];
}
