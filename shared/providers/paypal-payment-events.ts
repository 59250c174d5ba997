import * as z from 'zod/mini';
import { idInLink, text } from './paypal-payment.ts';

/** Which thing of PayPal's an event about payments is about. What became of it is asked of PayPal. */
export type PayPalPaymentEvent =
  | { kind: 'order_approved'; orderId: string }
  /** `isDecided` when the event says that the capture is through or declined, and pending no more. */
  | { kind: 'capture'; captureId: string; orderId?: string; isDecided: boolean }
  | { kind: 'refund'; refundId: string }
  | { kind: 'reversal'; captureId: string }
  /** `captureId` where it is only about one of the payments that are disputed. */
  | { kind: 'dispute'; disputeId: string; isResolved: boolean; captureId?: string };

const resource = z.object({
  id: text,
  supplementary_data: z.optional(z.object({ related_ids: z.optional(z.object({ order_id: z.optional(text) })) })),
  links: z.optional(z.array(z.object({ href: z.string(), rel: z.string() }))),
});
const dispute = z.object({ dispute_id: text, status: z.optional(z.string()) });

/** What the kinds of events are about; all others that PayPal sends have no meaning for payments. */
const meanings: Readonly<Record<string, (resource: unknown) => PayPalPaymentEvent>> = {
  'CHECKOUT.ORDER.APPROVED': (value) => ({ kind: 'order_approved', orderId: resource.parse(value).id }),
  'PAYMENT.CAPTURE.COMPLETED': (value) => readCapture(value, { isDecided: true }),
  'PAYMENT.CAPTURE.DENIED': (value) => readCapture(value, { isDecided: true }),
  'PAYMENT.CAPTURE.DECLINED': (value) => readCapture(value, { isDecided: true }),
  'PAYMENT.CAPTURE.PENDING': (value) => readCapture(value, { isDecided: false }),
  'PAYMENT.CAPTURE.REFUNDED': (value) => ({ kind: 'refund', refundId: resource.parse(value).id }),
  'PAYMENT.CAPTURE.REVERSED': readReversal,
  'CUSTOMER.DISPUTE.CREATED': readDispute,
  'CUSTOMER.DISPUTE.UPDATED': readDispute,
  'CUSTOMER.DISPUTE.RESOLVED': readDispute,
};

const about = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('order_approved'), orderId: text }),
  z.object({ kind: z.literal('capture'), captureId: text, orderId: z.optional(text), isDecided: z.boolean() }),
  z.object({ kind: z.literal('refund'), refundId: text }),
  z.object({ kind: z.literal('reversal'), captureId: text }),
  z.object({ kind: z.literal('dispute'), disputeId: text, isResolved: z.boolean(), captureId: z.optional(text) }),
]);

/** Reads what an event is about after that was kept as JSON. Throws when it is none. */
export function parsePaymentEvent(kept: string): PayPalPaymentEvent {
  // What was left out stays left out: JSON has no `undefined`.
  return z.parse(about, JSON.parse(kept)) as PayPalPaymentEvent;
}

/** Reads the resource of an event, or nothing when its kind has no meaning here. Throws when the resource is of another shape. */
export function readPaymentEvent(eventType: string, value: unknown): PayPalPaymentEvent | undefined {
  return Object.hasOwn(meanings, eventType) ? meanings[eventType]?.(value) : undefined;
}

function readCapture(value: unknown, { isDecided }: { isDecided: boolean }): PayPalPaymentEvent {
  const { id, supplementary_data, links } = resource.parse(value);
  const orderId = supplementary_data?.related_ids?.order_id ?? idInLink(links, { rel: 'up', collection: 'orders' });
  return { kind: 'capture', captureId: id, isDecided, ...(orderId !== undefined && { orderId }) };
}

/** A reversal is told by the refund that it made, which links to its capture, or by the capture itself. */
function readReversal(value: unknown): PayPalPaymentEvent {
  const { id, links } = resource.parse(value);
  return { kind: 'reversal', captureId: idInLink(links, { rel: 'up', collection: 'captures' }) ?? id };
}

function readDispute(value: unknown): PayPalPaymentEvent {
  const { dispute_id: disputeId, status } = dispute.parse(value);
  return { kind: 'dispute', disputeId, isResolved: status === 'RESOLVED' };
}
