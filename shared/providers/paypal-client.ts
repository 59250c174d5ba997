import * as z from 'zod/mini';
import type { Currency } from '../money/currency.ts';
import type { Minor } from '../money/units.ts';
import { createPayPalHttp, PayPalAccessDenied, type PayPalAnswer, type PayPalConnection } from './paypal-http.ts';
import { type PayPalItem, parsePayPalItem } from './paypal-item.ts';
import { toPayPalValue } from './provider-amounts.ts';
import { ProviderOutcomeUnknown } from './provider-outcome-unknown.ts';

/** PayPal's Payouts API: https://developer.paypal.com/docs/api/payments.payouts-batch/v1/ */
export type PayPalPayouts = {
  /**
   * Sends money. The batch id is what makes this safe to repeat: PayPal pays a `senderBatchId` once within 30 days, so a
   * batch older than that must not be repeated. Throws `ProviderOutcomeUnknown` when the money may or may not have been
   * sent: repeat it with the same `senderBatchId`.
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

/**
 * What became of one call. `refused` speaks for this call alone: it sent nothing, but when an earlier call with the same
 * `senderBatchId` ended in `ProviderOutcomeUnknown`, that one may have. `retryable` refusals are about the sending
 * account (its balance, its permissions, its rate), so the same batch can succeed later; the others are about the batch.
 */
export type PayoutBatchOutcome =
  | { kind: 'accepted'; payoutBatchId: string; batchStatus: PayPalBatchStatus }
  | { kind: 'duplicate'; payoutBatchId: string }
  | { kind: 'refused'; code: string; message: string; retryable: boolean };

export type PayPalBatch = {
  payoutBatchId: string;
  senderBatchId?: string;
  batchStatus: PayPalBatchStatus;
  items: PayPalItem[];
};

export type PayPalBatchStatus = z.infer<typeof batchStatus>;

const batchStatus = z.enum(['DENIED', 'PENDING', 'PROCESSING', 'SUCCESS', 'CANCELED']);
const text = z.string().check(z.minLength(1));

const batchHeader = z.object({
  payout_batch_id: text,
  batch_status: batchStatus,
  sender_batch_header: z.optional(z.object({ sender_batch_id: z.optional(z.string()) })),
});
const createdBatch = z.object({ batch_header: batchHeader });
const batchPage = z.object({
  batch_header: batchHeader,
  total_pages: z._default(z.int(), 1),
  items: z._default(z.array(z.unknown()), []),
});

const link = z.object({ href: z.string(), rel: z.optional(z.string()) });
const refusal = z.object({
  name: text,
  message: z._default(z.string(), ''),
  details: z._default(
    z.array(
      z.object({ field: z.optional(z.string()), issue: z.optional(z.string()), link: z.optional(z.array(link)) }),
    ),
    [],
  ),
  links: z._default(z.array(link), []),
});
type Refusal = z.infer<typeof refusal>;

/** 4xx answers that do not say whether the request was carried out: time-out, conflict with a running one, too early. */
const undecidedStatuses = [408, 409, 425];

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
        return { kind: 'refused', code: 'ACCESS_DENIED', message: error.message, retryable: true };
      }
    },

    async getPayoutBatch(payoutBatchId) {
      const items: PayPalItem[] = [];
      for (let page = 1; ; page += 1) {
        const query = `page=${page}&page_size=${itemsPerPage}&total_required=true`;
        const body = await read(`/v1/payments/payouts/${encodeURIComponent(payoutBatchId)}?${query}`);
        if (body === undefined) return undefined;
        const { batch_header: header, ...rest } = readable(() => batchPage.parse(body));
        items.push(...readable(() => rest.items.map(parsePayPalItem)));
        if (page < rest.total_pages) continue;
        const senderBatchId = header.sender_batch_header?.sender_batch_id;
        return {
          payoutBatchId: header.payout_batch_id,
          batchStatus: header.batch_status,
          items,
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

function outcomeOf({ status, body }: PayPalAnswer, senderBatchId: string): PayoutBatchOutcome {
  if (status >= 200 && status < 300) {
    const { batch_header: header } = readable(() => createdBatch.parse(body));
    return { kind: 'accepted', payoutBatchId: header.payout_batch_id, batchStatus: header.batch_status };
  }
  if (undecidedStatuses.includes(status)) throw new ProviderOutcomeUnknown(`PayPal answered HTTP ${status}`);
  if (status === 401) {
    return { kind: 'refused', code: 'ACCESS_DENIED', message: 'PayPal refused a new token', retryable: true };
  }
  const refused = readable(() => refusal.parse(body));
  if (isDuplicate(refused)) return { kind: 'duplicate', payoutBatchId: originalBatchId(refused, senderBatchId) };
  const issues = refused.details.flatMap(({ field, issue }) => (issue ? [`${field ?? 'request'}: ${issue}`] : []));
  return {
    kind: 'refused',
    code: refused.name,
    message: [refused.message, ...issues].filter(Boolean).join('; '),
    retryable: isAboutTheSender(status, refused),
  };
}

/** PayPal's wording has changed over the years, and taking a duplicate for a refusal would pay twice: any sign of it counts. */
function isDuplicate({ name, details }: Refusal): boolean {
  if (name.includes('DUPLICATE')) return true;
  const isAboutBatchId = details.some(({ field, issue }) => /sender_batch_id|duplicate/i.test(`${field} ${issue}`));
  return name === 'USER_BUSINESS_ERROR' && isAboutBatchId;
}

/** The refused id's batch, from the link of the refusal; only its id is used, so no foreign address is ever called. */
function originalBatchId({ details, links }: Refusal, senderBatchId: string): string {
  const hrefs = [...details.flatMap((detail) => detail.link ?? []), ...links].map(({ href }) => href);
  const ids = hrefs.flatMap((href) => /\/v1\/payments\/payouts\/([A-Za-z0-9_-]+)$/.exec(href)?.[1] ?? []);
  const [id] = ids;
  if (!id) throw new ProviderOutcomeUnknown(`PayPal knows the batch ${senderBatchId} and does not say under which id`);
  return id;
}

/** 403 and 429 speak of the account and its rate; INSUFFICIENT_FUNDS (422) of its balance. */
function isAboutTheSender(status: number, { name }: Refusal): boolean {
  return status === 403 || status === 429 || name === 'INSUFFICIENT_FUNDS';
}

function readable<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new ProviderOutcomeUnknown("PayPal's answer could not be read", { cause: error });
  }
}
