import * as z from 'zod/mini';
import { parseJson } from './control.ts';
import { newPayPalId, type PayPalBooks, type SimulatedBatch, type SimulatedItem } from './paypal-books.ts';
import { feeOf, unitsOf } from './paypal-money.ts';
import { batchHeaderShape, type ErrorDetail, itemShape, noSuchResource, payPalError } from './paypal-shapes.ts';
import type { PayPalTokens } from './paypal-tokens.ts';
import type { SimulatorReply, SimulatorRequest, SimulatorRoute } from './simulator-server.ts';

/** PayPal remembers a sender_batch_id for 30 days. */
const rememberedMs = 30 * 24 * 60 * 60 * 1000;

const payoutRequest = z.object({
  sender_batch_header: z.object({
    sender_batch_id: z.optional(z.string().check(z.maxLength(256))),
    recipient_type: z.optional(z.string()),
  }),
  items: z
    .array(
      z.object({
        sender_item_id: z.optional(z.string().check(z.maxLength(63))),
        recipient_type: z.optional(z.enum(['EMAIL', 'PAYPAL_ID', 'PHONE'])),
        receiver: z.string().check(z.minLength(1), z.maxLength(127)),
        amount: z.object({ currency: z.string().check(z.regex(/^[A-Z]{3}$/)), value: z.string() }),
        note: z.optional(z.string().check(z.maxLength(4000))),
      }),
    )
    .check(z.minLength(1), z.maxLength(15_000)),
});
type PayoutRequest = z.infer<typeof payoutRequest>;

/** A refusal that is waiting for the next payout requests. */
export type Refusal = { status: number; name: string; message: string; count: number };

export type PayPalApiOptions = {
  books: PayPalBooks;
  tokens: PayPalTokens;
  url: () => string;
  /** The refusal that the next request meets, if one was ordered. */
  nextRefusal: () => Refusal | undefined;
  isValidReceiver: (receiver: string) => boolean;
  onAccepted: (items: SimulatedItem[]) => void;
};

/** The part of PayPal's Payouts API that is simulated. */
export function payPalApi({
  books,
  tokens,
  url,
  nextRefusal,
  isValidReceiver,
  onAccepted,
}: PayPalApiOptions): SimulatorRoute[] {
  function route(
    method: 'GET' | 'POST',
    path: string,
    handle: (id: string, request: SimulatorRequest) => SimulatorReply,
  ): SimulatorRoute {
    return {
      method,
      path,
      handle: (request) => tokens.refuseStranger(request) ?? handle(request.params.id ?? '', request),
    };
  }

  function createBatch(body: unknown): SimulatorReply {
    const parsed = payoutRequest.safeParse(body);
    if (!parsed.success) return invalid(parsed.error.issues.map(({ path, message }) => fieldError(path, message)));
    const issues = parsed.data.items.flatMap((item, index) => itemIssues(item, index, isValidReceiver));
    if (new Set(parsed.data.items.map(({ amount }) => amount.currency)).size > 1)
      issues.push(fieldError(['items.amount.currency'], 'Multiple currencies within a batch is not allowed'));
    if (issues.length > 0) return invalid(issues);
    const { sender_batch_id: senderBatchId = newPayPalId() } = parsed.data.sender_batch_header;
    const original = books.batchOfSender(senderBatchId);
    if (original && Date.now() - Date.parse(original.createdAt) < rememberedMs) return duplicate(original, url());
    const refusal = nextRefusal();
    if (refusal) return payPalError(refusal.status, refusal);
    const { batch, items } = newBatch(parsed.data, senderBatchId);
    books.add(batch, items);
    onAccepted(items);
    const href = `${url()}/v1/payments/payouts/${batch.payoutBatchId}`;
    const header = { ...batchHeaderShape(batch, items), batch_status: 'PENDING' };
    const links = [{ href, rel: 'self', method: 'GET', encType: 'application/json' }];
    return { status: 201, body: { batch_header: header, links } };
  }

  return [
    route('POST', '/v1/payments/payouts', (_id, { body }) => createBatch(parseJson(body))),
    route('GET', '/v1/payments/payouts/:id', (id, { query }) => {
      const batch = books.batch(id);
      return batch ? showBatch(batch, books.itemsOf(batch), { query, url: url() }) : noSuchResource();
    }),
    route('GET', '/v1/payments/payouts-item/:id', (id) => {
      const item = books.item(id);
      return item ? { status: 200, body: itemShape(item, url()) } : noSuchResource();
    }),
    route('POST', '/v1/payments/payouts-item/:id/cancel', (id) => {
      if (!books.item(id)) return noSuchResource();
      const item = books.move(id, 'cancel');
      if (item) return { status: 200, body: itemShape(item, url()) };
      return payPalError(400, { name: 'ITEM_INCORRECT_STATUS', message: 'Only unclaimed items can be cancelled.' });
    }),
  ];
}

function showBatch(
  batch: SimulatedBatch,
  items: SimulatedItem[],
  { query, url }: { query: URLSearchParams; url: string },
): SimulatorReply {
  const pageSize = Math.min(Number(query.get('page_size') ?? 1000) || 1000, 1000);
  const page = Number(query.get('page') ?? 1) || 1;
  const shown = items.slice((page - 1) * pageSize, page * pageSize);
  const totals = { total_items: items.length, total_pages: Math.ceil(items.length / pageSize) };
  const body = {
    ...(query.get('total_required') === 'true' ? totals : {}),
    batch_header: batchHeaderShape(batch, items),
    items: shown.map((item) => itemShape(item, url)),
    links: [],
  };
  return { status: 200, body };
}

function newBatch(request: PayoutRequest, senderBatchId: string): { batch: SimulatedBatch; items: SimulatedItem[] } {
  const payoutBatchId = newPayPalId();
  const createdAt = new Date().toISOString();
  const items = request.items.map((item): SimulatedItem => {
    const { recipient_type: recipientType = request.sender_batch_header.recipient_type ?? 'EMAIL', ...rest } = item;
    return {
      payoutItemId: newPayPalId(),
      payoutBatchId,
      senderBatchId,
      status: 'PENDING',
      fee: feeOf(item.amount),
      transactionId: undefined,
      error: undefined,
      timeProcessed: createdAt,
      timesPaid: 0,
      timesBack: 0,
      payoutItem: { ...rest, recipient_type: recipientType, recipient_wallet: 'PAYPAL' },
    };
  });
  const itemIds = items.map(({ payoutItemId }) => payoutItemId);
  return { batch: { payoutBatchId, senderBatchId, createdAt, itemIds }, items };
}

function duplicate(original: SimulatedBatch, url: string): SimulatorReply {
  const href = `${url}/v1/payments/payouts/${original.payoutBatchId}`;
  const detail = {
    field: 'SENDER_BATCH_ID',
    location: 'body',
    issue: 'Batch with given sender_batch_id already exists',
    link: [{ href, rel: 'self', method: 'GET', encType: 'application/json' }],
  };
  return payPalError(400, { name: 'USER_BUSINESS_ERROR', message: 'User business error.', details: [detail] });
}

function itemIssues(
  item: PayoutRequest['items'][number],
  index: number,
  isValidReceiver: (receiver: string) => boolean,
): ErrorDetail[] {
  const issues: ErrorDetail[] = [];
  if (!unitsOf(item.amount)) issues.push(fieldError(['items', index, 'amount', 'value'], 'Amount is invalid'));
  const isAddress = item.recipient_type !== 'EMAIL' || /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(item.receiver);
  if (!isAddress || !isValidReceiver(item.receiver)) {
    issues.push(fieldError(['items', index, 'receiver'], 'Receiver is invalid or does not match with type'));
  }
  return issues;
}

function fieldError(path: PropertyKey[], issue: string): ErrorDetail {
  const field = path.map((part, index) =>
    typeof part === 'number' ? `[${part}]` : `${index ? '.' : ''}${String(part)}`,
  );
  return { field: field.join('') || 'body', location: 'body', issue };
}

function invalid(details: ErrorDetail[]): SimulatorReply {
  return payPalError(400, { name: 'VALIDATION_ERROR', message: 'Invalid request - see details', details });
}
