import { newPayPalId } from './paypal-books.ts';
import { textOf, unitsOf } from './paypal-money.ts';
import type {
  Approval,
  SaleRecords,
  SimulatedCapture,
  SimulatedDispute,
  SimulatedOrder,
  SimulatedRefund,
} from './paypal-sale-records.ts';
import { captureShape, disputeShape, orderShape, refundShape } from './paypal-sale-shapes.ts';

type Announced = { type: string; resourceType: string; object: object };

/** PayPal's side of what is sold through it: orders, captures, refunds and disputes. Each change tells `announce`. */
export function createPayPalSales({
  records,
  announce,
  url,
}: {
  records: SaleRecords;
  announce: (event: Announced) => void;
  url: () => string;
}) {
  const { orders, captures, refunds, disputes } = records;

  function tell(isQuiet: boolean | undefined, type: string, resourceType: string, object: object): void {
    if (!isQuiet) announce({ type, resourceType, object });
  }

  function moveCapture(
    id: string,
    status: SimulatedCapture['status'],
    isQuiet?: boolean,
  ): SimulatedCapture | undefined {
    const capture = captures.get(id);
    if (!capture) return undefined;
    const moved = { ...capture, status, updateTime: now() };
    captures.put(id, moved);
    const type = { COMPLETED: 'COMPLETED', PENDING: 'PENDING', DECLINED: 'DENIED' }[String(status)];
    if (type) tell(isQuiet, `PAYMENT.CAPTURE.${type}`, 'capture', captureShape(moved, url()));
    return moved;
  }

  function leftOf(capture: SimulatedCapture): bigint {
    const given = refundsOf(capture.id).filter(({ status }) => status !== 'FAILED');
    return given.reduce((left, { amount }) => left - (unitsOf(amount) ?? 0n), unitsOf(capture.amount) ?? 0n);
  }

  function refundsOf(captureId: string): SimulatedRefund[] {
    return refunds.values().filter((refund) => refund.captureId === captureId);
  }

  /** The status that what was given back makes of a capture. */
  function settle(captureId: string): void {
    const capture = captures.get(captureId);
    if (!capture) return;
    const left = leftOf(capture);
    const whole = unitsOf(capture.amount) ?? 0n;
    moveCapture(captureId, left === whole ? 'COMPLETED' : left === 0n ? 'REFUNDED' : 'PARTIALLY_REFUNDED', true);
  }

  function putRefund(refund: Omit<SimulatedRefund, 'id' | 'createTime' | 'updateTime'>): SimulatedRefund {
    const made = { id: newPayPalId(17), createTime: now(), updateTime: now(), ...refund };
    refunds.put(made.id, made);
    settle(refund.captureId);
    return made;
  }

  return {
    order: (id: string) => orders.get(id),
    capture: (id: string) => captures.get(id),
    refund: (id: string) => refunds.get(id),
    dispute: (id: string) => disputes.get(id),
    orders: () => orders.values(),
    captures: () => captures.values(),
    refunds: () => refunds.values(),
    disputes: () => disputes.values(),
    refundsOf,
    disputesAbout: (captureId: string) => disputes.values().filter((dispute) => dispute.captureId === captureId),

    open(unit: SimulatedOrder['unit'], pages?: SimulatedOrder['pages']): SimulatedOrder {
      const time = now();
      const order: SimulatedOrder = {
        id: newPayPalId(17),
        status: 'PAYER_ACTION_REQUIRED',
        unit,
        pages,
        createTime: time,
        updateTime: time,
        buyer: {},
      };
      orders.put(order.id, order);
      return order;
    },

    /** The buyer agrees to pay; PayPal is told what will come of it when the money is taken. */
    approve(order: SimulatedOrder, { amount, custom_id, reference_id, ...buyer }: Approval): SimulatedOrder {
      const changed = {
        ...(amount && { amount }),
        ...(custom_id && { custom_id }),
        ...(reference_id && { reference_id }),
      };
      const approved: SimulatedOrder = {
        ...order,
        status: 'APPROVED',
        unit: { ...order.unit, ...changed },
        buyer,
        updateTime: now(),
      };
      orders.put(order.id, approved);
      tell(buyer.isQuiet, 'CHECKOUT.ORDER.APPROVED', 'checkout-order', orderShape(approved, { url: url() }));
      return approved;
    },

    /** PayPal forgets orders that nobody paid within some hours; and, here, what was paid for one. */
    forget(id: string): void {
      captures.delete(orders.get(id)?.captureId ?? '');
      orders.delete(id);
    },

    /** Takes the money; the reason when the buyer's means of payment is declined, and the buyer must approve again. */
    take(order: SimulatedOrder): SimulatedCapture | string {
      const { declines, captured, isPending, isQuiet } = order.buyer;
      if (declines !== undefined) {
        orders.put(order.id, { ...order, status: 'PAYER_ACTION_REQUIRED', buyer: {}, updateTime: now() });
        return declines;
      }
      const { custom_id, invoice_id, amount } = order.unit;
      const capture: SimulatedCapture = {
        id: newPayPalId(17),
        orderId: order.id,
        status: 'PENDING',
        amount: captured ?? amount,
        ...(custom_id && { custom_id }),
        ...(invoice_id && { invoice_id }),
        createTime: now(),
        updateTime: now(),
      };
      captures.put(capture.id, capture);
      orders.put(order.id, { ...order, status: 'COMPLETED', captureId: capture.id, updateTime: now() });
      return moveCapture(capture.id, isPending ? 'PENDING' : 'COMPLETED', isQuiet) ?? capture;
    },

    decide: moveCapture,

    /** Gives back a part, or all that is left; nothing when there is not so much left. */
    giveBack(
      capture: SimulatedCapture,
      {
        value,
        custom_id,
        isPending,
        isQuiet,
      }: { value?: string; custom_id?: string; isPending?: boolean; isQuiet?: boolean },
    ): SimulatedRefund | undefined {
      const { currency } = capture.amount;
      const left = leftOf(capture);
      const wanted = value === undefined ? left : unitsOf({ currency, value });
      if (capture.status === 'PENDING' || wanted === undefined || wanted < 1n || wanted > left) return undefined;
      const refund = putRefund({
        captureId: capture.id,
        status: isPending ? 'PENDING' : 'COMPLETED',
        amount: { currency, value: textOf(wanted, currency) },
        ...(custom_id && { custom_id }),
      });
      tell(isQuiet || isPending, 'PAYMENT.CAPTURE.REFUNDED', 'refund', refundShape(refund, url()));
      return refund;
    },

    decideRefund(id: string, status: 'COMPLETED' | 'FAILED', isQuiet?: boolean): SimulatedRefund | undefined {
      const refund = refunds.get(id);
      if (!refund) return undefined;
      const decided = { ...refund, status, updateTime: now() };
      refunds.put(id, decided);
      settle(refund.captureId);
      if (status === 'COMPLETED') tell(isQuiet, 'PAYMENT.CAPTURE.REFUNDED', 'refund', refundShape(decided, url()));
      return decided;
    },

    /** PayPal or a bank takes back all that is left; the event shows it as a refund. */
    reverse(capture: SimulatedCapture, isQuiet?: boolean): SimulatedRefund {
      const { currency } = capture.amount;
      const amount = { currency, value: textOf(leftOf(capture), currency) };
      const refund = putRefund({ captureId: capture.id, status: 'COMPLETED', amount, isReversal: true });
      tell(isQuiet, 'PAYMENT.CAPTURE.REVERSED', 'refund', refundShape(refund, url()));
      return refund;
    },

    complain(capture: SimulatedCapture, { value, isQuiet }: { value?: string; isQuiet?: boolean }): SimulatedDispute {
      const { currency } = capture.amount;
      const dispute: SimulatedDispute = {
        id: `PP-R-${newPayPalId(3)}-${newPayPalId(8)}`,
        captureId: capture.id,
        status: 'WAITING_FOR_SELLER_RESPONSE',
        amount: value === undefined ? capture.amount : { currency, value },
        createTime: now(),
        updateTime: now(),
      };
      disputes.put(dispute.id, dispute);
      tell(isQuiet, 'CUSTOMER.DISPUTE.CREATED', 'dispute', disputeShape(dispute, url()));
      return dispute;
    },

    /** Without an outcome, PayPal looks into the dispute (again). */
    moveDispute(
      dispute: SimulatedDispute,
      { outcome, isQuiet }: { outcome?: string; isQuiet?: boolean },
    ): SimulatedDispute {
      const { outcome: _, ...rest } = dispute;
      const moved: SimulatedDispute = {
        ...rest,
        status: outcome === undefined ? 'UNDER_REVIEW' : 'RESOLVED',
        updateTime: now(),
        ...(outcome !== undefined && { outcome }),
      };
      disputes.put(dispute.id, moved);
      const type = `CUSTOMER.DISPUTE.${outcome === undefined ? 'UPDATED' : 'RESOLVED'}`;
      tell(isQuiet, type, 'dispute', disputeShape(moved, url()));
      return moved;
    },
  };
}

export type PayPalSales = ReturnType<typeof createPayPalSales>;

function now(): string {
  return new Date().toISOString();
}
