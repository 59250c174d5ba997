import { randomBytes } from 'node:crypto';
import type { SimulatedBatch, SimulatedItem } from './paypal-books.ts';
import type { SimulatorReply } from './simulator-server.ts';

/** An item as PayPal's API and webhooks show it. */
export function itemShape(item: SimulatedItem, url: string): object {
  return {
    payout_item_id: item.payoutItemId,
    ...(item.transactionId ? { transaction_id: item.transactionId } : {}),
    transaction_status: item.status,
    payout_item_fee: item.fee,
    payout_batch_id: item.payoutBatchId,
    sender_batch_id: item.senderBatchId,
    payout_item: item.payoutItem,
    time_processed: item.timeProcessed,
    ...(item.error ? { errors: { ...item.error, information_link: errorsPage, details: [], links: [] } } : {}),
    links: [
      { href: `${url}/v1/payments/payouts-item/${item.payoutItemId}`, rel: 'item', method: 'GET' },
      { href: `${url}/v1/payments/payouts/${item.payoutBatchId}`, rel: 'batch', method: 'GET' },
    ],
  };
}

/** An event as PayPal's webhooks show it. */
export function eventShape(event: { id: string; type: string; resourceType: string; resource: unknown }): object {
  const { id, type, resourceType, resource } = event;
  return {
    id,
    event_version: '1.0',
    create_time: new Date().toISOString(),
    resource_type: resourceType,
    event_type: type,
    summary: `A simulated ${type}`,
    resource,
    links: [],
  };
}

/** A batch's header; the batch is done when none of its items is pending. */
export function batchHeaderShape(batch: SimulatedBatch, items: SimulatedItem[]): object {
  const isPending = items.some(({ status }) => status === 'PENDING');
  const isDenied = items.every(({ status }) => status === 'FAILED' || status === 'BLOCKED');
  return {
    payout_batch_id: batch.payoutBatchId,
    batch_status: batch.ended ?? (isPending ? 'PROCESSING' : isDenied ? 'DENIED' : 'SUCCESS'),
    time_created: batch.createdAt,
    sender_batch_header: { sender_batch_id: batch.senderBatchId },
    funding_source: 'BALANCE',
  };
}

const errorsPage = 'https://developer.paypal.com/docs/api/payments.payouts-batch/#errors';

export type ErrorDetail = { field: string; location?: string; issue: string; link?: object[] };

export function payPalError(
  status: number,
  { name, message, details = [] }: { name: string; message: string; details?: ErrorDetail[] },
): SimulatorReply {
  const debugId = randomBytes(7).toString('hex').slice(0, 13);
  const body = { name, message, debug_id: debugId, information_link: errorsPage, details, links: [] };
  return { status, body, headers: { 'paypal-debug-id': debugId } };
}

export function noSuchResource(): SimulatorReply {
  return payPalError(404, { name: 'INVALID_RESOURCE_ID', message: 'Requested resource ID was not found.' });
}
