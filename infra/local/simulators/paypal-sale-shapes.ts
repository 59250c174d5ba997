import type { Money } from './paypal-money.ts';
import type { SimulatedCapture, SimulatedDispute, SimulatedOrder, SimulatedRefund } from './paypal-sale-records.ts';

function moneyShape({ currency, value }: Money): object {
  return { currency_code: currency, value };
}

type OrderContext = { url: string; capture?: SimulatedCapture | undefined; refunds?: SimulatedRefund[] };

/** An order as PayPal's Orders API and its webhooks show it. */
export function orderShape(order: SimulatedOrder, { url, capture, refunds = [] }: OrderContext): object {
  const { amount, ...unit } = order.unit;
  const href = `${url}/v2/checkout/orders/${order.id}`;
  const payments = capture && {
    captures: [captureShape(capture, url)],
    ...(refunds.length > 0 && { refunds: refunds.map((refund) => refundShape(refund, url)) }),
  };
  return {
    id: order.id,
    intent: 'CAPTURE',
    status: order.status,
    purchase_units: [{ ...unit, amount: moneyShape(amount), ...(payments && { payments }) }],
    create_time: inSeconds(order.createTime),
    update_time: order.updateTime,
    links: [
      { href, rel: 'self', method: 'GET' },
      ...(order.status === 'PAYER_ACTION_REQUIRED'
        ? [{ href: `https://www.sandbox.paypal.com/checkoutnow?token=${order.id}`, rel: 'payer-action', method: 'GET' }]
        : []),
      ...(order.status === 'APPROVED' ? [{ href: `${href}/capture`, rel: 'capture', method: 'POST' }] : []),
    ],
  };
}

/** A capture as PayPal's Payments API and its webhooks show it. */
export function captureShape(capture: SimulatedCapture, url: string): object {
  const { id, orderId, status, amount, createTime, updateTime, ...ids } = capture;
  return {
    id,
    status,
    ...(status === 'PENDING' && { status_details: { reason: 'ECHECK' } }),
    ...(status === 'DECLINED' && { status_details: { reason: 'DECLINED_BY_RISK_FRAUD_FILTERS' } }),
    amount: moneyShape(amount),
    final_capture: true,
    ...ids,
    supplementary_data: { related_ids: { order_id: orderId } },
    create_time: inSeconds(createTime),
    update_time: inSeconds(updateTime),
    links: [
      { href: `${url}/v2/payments/captures/${id}`, rel: 'self', method: 'GET' },
      { href: `${url}/v2/payments/captures/${id}/refund`, rel: 'refund', method: 'POST' },
      { href: `${url}/v2/checkout/orders/${orderId}`, rel: 'up', method: 'GET' },
    ],
  };
}

/** A refund as PayPal's Payments API and its webhooks show it. */
export function refundShape(refund: SimulatedRefund, url: string): object {
  const { id, captureId, status, amount, createTime, updateTime, isReversal: _, ...ids } = refund;
  return {
    id,
    status,
    amount: moneyShape(amount),
    ...ids,
    create_time: inSeconds(createTime),
    update_time: inSeconds(updateTime),
    links: [
      { href: `${url}/v2/payments/refunds/${id}`, rel: 'self', method: 'GET' },
      { href: `${url}/v2/payments/captures/${captureId}`, rel: 'up', method: 'GET' },
    ],
  };
}

/** A dispute as PayPal's Disputes API and its webhooks show it. */
export function disputeShape(dispute: SimulatedDispute, url: string): object {
  const { id, captureId, status, amount, outcome, createTime, updateTime } = dispute;
  const refunded = outcome === 'RESOLVED_BUYER_FAVOUR' || outcome === 'ACCEPTED';
  return {
    dispute_id: id,
    create_time: createTime,
    update_time: updateTime,
    disputed_transactions: [{ seller_transaction_id: captureId, gross_amount: moneyShape(amount) }],
    reason: 'UNAUTHORISED',
    status,
    dispute_amount: moneyShape(amount),
    ...(outcome !== undefined && {
      dispute_outcome: { outcome_code: outcome, ...(refunded && { amount_refunded: moneyShape(amount) }) },
    }),
    dispute_life_cycle_stage: 'CHARGEBACK',
    dispute_channel: 'INTERNAL',
    links: [{ href: `${url}/v1/customer/disputes/${id}`, rel: 'self', method: 'GET' }],
  };
}

/** A dispute as PayPal lists it. */
export function disputeSummary({ id, status, amount, createTime, updateTime }: SimulatedDispute): object {
  return {
    ...{ dispute_id: id, status, create_time: createTime, update_time: updateTime },
    dispute_amount: moneyShape(amount),
    dispute_life_cycle_stage: 'CHARGEBACK',
    dispute_channel: 'INTERNAL',
  };
}

/** PayPal writes the times of payments without milliseconds, and those of disputes with them. */
function inSeconds(time: string): string {
  return `${time.slice(0, 19)}Z`;
}
