import * as z from 'zod/mini';
import type { Claim } from './payment.ts';
import { idInLink, momentOf, type PayPalCapture, payPalMinor, payPalMoney, text } from './paypal-payment.ts';

type Money = z.infer<typeof payPalMoney>;

/** A refund of a capture: https://developer.paypal.com/docs/api/payments/v2/#refunds_get */
export type PayPalRefund = { captureId?: string; claim: Claim & { kind: 'refund' } };

/** A dispute about captures: https://developer.paypal.com/docs/api/customer-disputes/v1/#disputes_get */
export type PayPalDispute = {
  disputeId: string;
  captureIds: string[];
  /** None when it is resolved in a way that this version does not know. */
  state?: 'open' | 'won' | 'lost';
  isResolved: boolean;
  amount: Money;
  at: string;
};

const refund = z.object({
  id: text,
  status: z.enum(['CANCELLED', 'FAILED', 'PENDING', 'COMPLETED']),
  amount: payPalMoney,
  custom_id: z.optional(z.string()),
  create_time: text,
  update_time: z.optional(text),
  links: z.optional(z.array(z.object({ href: z.string(), rel: z.string() }))),
});

const refundStates = { CANCELLED: 'failed', FAILED: 'failed', PENDING: 'pending', COMPLETED: 'succeeded' } as const;

/** A refund that we asked for ourselves carries our own reference, under which it was kept before PayPal was called. */
const ownRefundPrefix = 'withdrawal-';

/** Reads a refund. Throws when it is not one, or is of an amount that cannot be read exactly. */
export function parsePayPalRefund(value: unknown): PayPalRefund {
  const { id, status, amount, custom_id, create_time, update_time, links } = refund.parse(value);
  const captureId = idInLink(links, { rel: 'up', collection: 'captures' });
  const claimId = custom_id?.startsWith(ownRefundPrefix) ? custom_id : id;
  const at = momentOf(update_time ?? create_time);
  const state = refundStates[status];
  return {
    claim: { kind: 'refund', claimId, state, amountMinor: payPalMinor(amount), at },
    ...(captureId !== undefined && { captureId }),
  };
}

const dispute = z.object({
  dispute_id: text,
  status: text,
  create_time: text,
  update_time: z.optional(text),
  disputed_transactions: z.array(z.object({ seller_transaction_id: z.optional(z.string()) })),
  dispute_amount: payPalMoney,
  dispute_outcome: z.optional(
    z.object({ outcome_code: z.optional(z.string()), amount_refunded: z.optional(payPalMoney) }),
  ),
});

/**
 * How a resolved dispute ended for the seller. With RESOLVED_WITH_PAYOUT PayPal pays the buyer from its own pocket, and
 * NONE closes a dispute in favour of a newer one about the same payment.
 */
const outcomes: Readonly<Record<string, 'won' | 'lost'>> = {
  RESOLVED_BUYER_FAVOUR: 'lost',
  ACCEPTED: 'lost',
  RESOLVED_SELLER_FAVOUR: 'won',
  RESOLVED_WITH_PAYOUT: 'won',
  CANCELED_BY_BUYER: 'won',
  DENIED: 'won',
  NONE: 'won',
};

/** Reads a dispute. Throws when it is not one. */
export function parsePayPalDispute(value: unknown): PayPalDispute {
  const read = dispute.parse(value);
  const { outcome_code: code = '', amount_refunded: refunded } = read.dispute_outcome ?? {};
  const isResolved = read.status === 'RESOLVED';
  const state = isResolved ? (Object.hasOwn(outcomes, code) ? outcomes[code] : undefined) : 'open';
  return {
    disputeId: read.dispute_id,
    captureIds: read.disputed_transactions.flatMap(({ seller_transaction_id: id }) => id || []),
    isResolved,
    amount: (state === 'lost' && refunded) || read.dispute_amount,
    at: momentOf(read.update_time ?? read.create_time),
    ...(state && { state }),
  };
}

/** What a dispute, whose state is known, means for one of the captures that it is about. */
export function claimOfDispute(
  { disputeId, captureIds, amount, at }: PayPalDispute,
  state: 'open' | 'won' | 'lost',
  capture: PayPalCapture,
): Claim {
  // A dispute about several payments, or counted in another currency, does not say how much of this one it is about.
  const isExact = captureIds.length === 1 && amount.currency_code === capture.currency;
  const amountMinor = isExact ? payPalMinor(amount) : capture.amountMinor;
  return { kind: 'dispute', claimId: disputeId, state, amountMinor, at };
}

/**
 * What it means that a capture was reversed: its money went back. When a dispute is the cause, the dispute alone says
 * what becomes of the money, which may return; the reversal is then withdrawn. Both have the same time, at which
 * `failed` counts for good, so that it does not matter which of the two is heard of first.
 */
export function claimOfReversal(
  { captureId, amountMinor, createdAt }: PayPalCapture,
  { isDisputed }: { isDisputed: boolean },
): Claim {
  const state = isDisputed ? 'failed' : 'succeeded';
  return { kind: 'refund', claimId: captureId, state, amountMinor, at: createdAt };
}
