import * as z from 'zod/mini';
import type { Currency } from '../money/currency.ts';
import type { Minor } from '../money/units.ts';
import { createPayPalHttp, PayPalAccessDenied, type PayPalConnection } from './paypal-http.ts';
import { type PayPalItem, parsePayPalItem } from './paypal-item.ts';
import { batchHeader, outcomeOf, type PayoutBatchOutcome, type PayPalBatchStatus, readable } from './paypal-outcome.ts';
import { toPayPalValue } from './provider-amounts.ts';
import { ProviderOutcomeUnknown } from './provider-outcome-unknown.ts';

/** PayPal's Payouts API: https://developer.paypal.com/docs/api/payments.payouts-batch/v1/ */
export type PayPalPayouts = {
  /**
   * Sends money. The batch id is what makes this safe to repeat: PayPal pays a `senderBatchId` once within 30 days, so a
   * batch older than that must not be repeated. Throws `ProviderOutcomeUnknown` when the money may or may not have been
   * sent: repeat it with the same `senderBatchId`. Throws `AmountNotRepresentable` before anything is sent.
   */
  createPayoutBatch(batch: NewPayoutBatch): Promise<PayoutBatchOutcome>;
  /**
   * A batch with its items, or `undefined` when PayPal has no such batch. Throws `ProviderOutcomeUnknown` when PayPal
   * cannot be asked at the moment, and `PayPalAccessDenied` when it refuses our credentials.
   */
  getPayoutBatch(payoutBatchId: string): Promise<PayPalBatch | undefined>;
  /** One item, or `undefined` when PayPal has no such item. Throws as `getPayoutBatch` does. */
  getPayoutItem(payoutItemId: string): Promise<PayPalItem | undefined>;
};

export type NewPayoutBatch = {
  /** At most 256 characters. */
  senderBatchId: string;
  items: NewPayoutItem[];
};

export type NewPayoutItem = {
  /** At most 63 characters. */
  senderItemId: string;
  /** An e-mail address or a PayPal payer id, as `recipientType` says; at most 127 characters. */
  receiver: string;
  recipientType: 'EMAIL' | 'PAYPAL_ID';
  amountMinor: Minor;
  currency: Currency;
  /** Shown to the receiver. */
  note: string;
};

export type PayPalBatch = {
  payoutBatchId: string;
  senderBatchId?: string;
  batchStatus: PayPalBatchStatus;
  items: PayPalItem[];
  /** How many more items it has, of which one cannot tell what PayPal says: they keep none of the others waiting. */
  unreadableItems: number;
};

const batchPage = z.object({
  batch_header: batchHeader,
  total_pages: z._default(z.int(), 1),
  items: z._default(z.array(z.unknown()), []),
});

/** The largest page of a batch's items that PayPal gives. */
const itemsPerPage = 1000;

export function createPayPalPayouts(connection: PayPalConnection): PayPalPayouts {
  const request = createPayPalHttp(connection);

  async function read(path: string): Promise<unknown> {
    const { status, body } = await request({ method: 'GET', path });
    if (status === 404) return undefined;
    if (status !== 200) throw new ProviderOutcomeUnknown(`PayPal answered HTTP ${status}`);
    return body;
  }

  return {
    async createPayoutBatch(batch) {
      const body = batchRequest(batch);
      try {
        const answer = await request({ method: 'POST', path: '/v1/payments/payouts', body });
        return outcomeOf(answer, batch.senderBatchId);
      } catch (error) {
        if (!(error instanceof PayPalAccessDenied)) throw error;
        return { kind: 'refused', code: 'ACCESS_DENIED', message: error.message, retryable: true, positions: [] };
      }
    },

    async getPayoutBatch(payoutBatchId) {
      const items: PayPalItem[] = [];
      let unreadableItems = 0;
      for (let page = 1; ; page += 1) {
        const query = `page=${page}&page_size=${itemsPerPage}&total_required=true`;
        const body = await read(`/v1/payments/payouts/${encodeURIComponent(payoutBatchId)}?${query}`);
        if (body === undefined) return undefined;
        const { batch_header: header, ...rest } = readable(() => batchPage.parse(body));
        const understood = rest.items.flatMap(itemOrNone);
        items.push(...understood);
        unreadableItems += rest.items.length - understood.length;
        if (page < rest.total_pages) continue;
        const senderBatchId = header.sender_batch_header?.sender_batch_id;
        return {
          payoutBatchId: header.payout_batch_id,
          batchStatus: header.batch_status,
          items,
          unreadableItems,
          ...(senderBatchId ? { senderBatchId } : {}),
        };
      }
    },

    async getPayoutItem(payoutItemId) {
      const body = await read(`/v1/payments/payouts-item/${encodeURIComponent(payoutItemId)}`);
      return body === undefined ? undefined : readable(() => parsePayPalItem(body));
    },
  };
}

function itemOrNone(value: unknown): PayPalItem[] {
  try {
    return [parsePayPalItem(value)];
  } catch {
    return [];
  }
}

function batchRequest({ senderBatchId, items }: NewPayoutBatch): unknown {
  return {
    sender_batch_header: { sender_batch_id: senderBatchId },
    items: items.map((item) => ({
      sender_item_id: item.senderItemId,
      recipient_type: item.recipientType,
      receiver: item.receiver,
      amount: { currency: item.currency, value: toPayPalValue(item) },
      note: item.note,
    })),
  };
}
