import * as z from 'zod/mini';
import { parseJson } from './control.ts';
import { type Money, unitsOf } from './paypal-money.ts';
import type { SimulatedOrder } from './paypal-sale-records.ts';
import { captureShape, disputeShape, disputeSummary, orderShape, refundShape } from './paypal-sale-shapes.ts';
import type { PayPalSales } from './paypal-sales.ts';
import { payPalError } from './paypal-shapes.ts';
import type { PayPalTokens } from './paypal-tokens.ts';
import type { Records } from './record-file.ts';
import type { SimulatorReply, SimulatorRequest, SimulatorRoute } from './simulator-server.ts';

const money = z.object({ currency_code: z.string().check(z.regex(/^[A-Z]{3}$/)), value: z.string() });
const shortText = z.optional(z.string().check(z.minLength(1), z.maxLength(127)));
const experienceContext = z.object({ return_url: z.optional(z.url()), cancel_url: z.optional(z.url()) });
const orderRequest = z.object({
  intent: z.literal('CAPTURE'),
  purchase_units: z
    .array(
      z.object({
        reference_id: z._default(z.string().check(z.minLength(1), z.maxLength(256)), 'default'),
        custom_id: shortText,
        invoice_id: shortText,
        description: shortText,
        amount: money,
      }),
    )
    .check(z.minLength(1), z.maxLength(1)),
  payment_source: z.optional(
    z.object({ paypal: z.optional(z.object({ experience_context: z.optional(experienceContext) })) }),
  ),
});
const refundRequest = z.object({ amount: z.optional(money), custom_id: shortText });

/** https://developer.paypal.com/api/rest/reference/currency-codes/ */
const currencies =
  'AUD BRL CAD CNY CZK DKK EUR HKD HUF ILS JPY MYR MXN TWD NZD NOK PHP PLN GBP SGD SEK CHF THB USD'.split(' ');

/** What was answered under a PayPal-Request-Id: the answer is repeated, and refusals are not remembered. */
export type RememberedSale = { path: string; body: string; answer: unknown };

type Call = { id: string; body: unknown; query: URLSearchParams };
type Options = { sales: PayPalSales; tokens: PayPalTokens; answers: Records<RememberedSale>; url: () => string };

/** The part of PayPal's Orders, Payments and Disputes APIs that is simulated. */
export function payPalSalesApi({ sales, tokens, answers, url }: Options): SimulatorRoute[] {
  function route(method: 'GET' | 'POST', path: string, handle: (call: Call) => SimulatorReply): SimulatorRoute {
    return {
      method,
      path,
      handle: (request) => tokens.refuseStranger(request) ?? once(request, () => handle(callOf(request))),
    };
  }

  function once({ headers, path, body }: SimulatorRequest, handle: () => SimulatorReply): SimulatorReply {
    const requestId = headers['paypal-request-id'];
    if (typeof requestId !== 'string') return handle();
    const known = answers.get(requestId);
    if (known && (known.path !== path || known.body !== body.toString('utf8'))) return refused('DUPLICATE_REQUEST_ID');
    if (known) return { status: 200, body: known.answer };
    const reply = handle();
    if ('status' in reply && reply.status < 300)
      answers.put(requestId, { path, body: body.toString('utf8'), answer: reply.body });
    return reply;
  }

  function show(order: SimulatedOrder): object {
    const capture = sales.capture(order.captureId ?? '');
    return orderShape(order, { url: url(), capture, refunds: capture ? sales.refundsOf(capture.id) : [] });
  }

  function capture({ id }: Call): SimulatorReply {
    const order = sales.order(id);
    if (!order) return notFound();
    if (order.captureId) return refused('ORDER_ALREADY_CAPTURED');
    if (order.status !== 'APPROVED') return refused('ORDER_NOT_APPROVED');
    const rival = sales.captures().find(({ invoice_id }) => invoice_id && invoice_id === order.unit.invoice_id);
    if (rival) return refused('DUPLICATE_INVOICE_ID');
    const taken = sales.take(order);
    if (typeof taken === 'string') return refused(taken);
    const purchase_units = [
      { reference_id: order.unit.reference_id, payments: { captures: [captureShape(taken, url())] } },
    ];
    return { status: 201, body: { id, status: 'COMPLETED', purchase_units, links: [] } };
  }

  function refund({ id, body }: Call): SimulatorReply {
    const captured = sales.capture(id);
    if (!captured) return notFound();
    const parsed = refundRequest.safeParse(body);
    if (!parsed.success) return invalid();
    const { amount, custom_id } = parsed.data;
    if (amount && amount.currency_code !== captured.amount.currency) return refused('CURRENCY_MISMATCH');
    if (captured.status === 'REFUNDED') return refused('CAPTURE_FULLY_REFUNDED');
    const made = sales.giveBack(captured, { ...(amount && { value: amount.value }), ...(custom_id && { custom_id }) });
    if (!made) return refused('REFUND_AMOUNT_EXCEEDED');
    const { id: refundId, status } = made;
    return { status: 201, body: { id: refundId, status, links: [] } };
  }

  return [
    route('POST', '/v2/checkout/orders', ({ body }) => {
      const unit = unitOf(body);
      return 'amount' in unit ? { status: 200, body: show(sales.open(unit, pagesOf(body))) } : unit;
    }),
    route('GET', '/v2/checkout/orders/:id', ({ id }) => found(sales.order(id), show)),
    route('POST', '/v2/checkout/orders/:id/capture', capture),
    route('GET', '/v2/payments/captures/:id', ({ id }) => found(sales.capture(id), (one) => captureShape(one, url()))),
    route('POST', '/v2/payments/captures/:id/refund', refund),
    route('GET', '/v2/payments/refunds/:id', ({ id }) => found(sales.refund(id), (one) => refundShape(one, url()))),
    route('GET', '/v1/customer/disputes', ({ query }) => listDisputes(sales, { query, url: url() })),
    route('GET', '/v1/customer/disputes/:id', ({ id }) => found(sales.dispute(id), (one) => disputeShape(one, url()))),
  ];
}

/** A page of summaries, the latest change first; they do not say which payments the disputes are about. */
function listDisputes(sales: PayPalSales, { query, url }: { query: URLSearchParams; url: string }): SimulatorReply {
  const captureId = query.get('disputed_transaction_id');
  const [after, before] = ['update_time_after', 'update_time_before'].map((name) => query.get(name));
  const wanted = sales
    .disputes()
    .filter((dispute) => captureId === null || dispute.captureId === captureId)
    .filter(({ updateTime }) => (after ?? '') <= updateTime && updateTime <= (before ?? '9'))
    .toSorted((a, b) => (a.updateTime < b.updateTime ? 1 : -1));
  const start = Number(query.get('next_page_token') ?? 0);
  const end = start + Number(query.get('page_size') ?? 10);
  const rest = new URLSearchParams({ ...Object.fromEntries(query), next_page_token: String(end) });
  const next = { href: `${url}/v1/customer/disputes?${rest}`, rel: 'next', method: 'GET' };
  const items = wanted.slice(start, end).map((dispute) => disputeSummary(dispute));
  return { status: 200, body: { items, links: end < wanted.length ? [next] : [] } };
}

function callOf({ params, body, query }: SimulatorRequest): Call {
  return { id: params.id ?? '', body: parseJson(body), query };
}

function unitOf(body: unknown): SimulatedOrder['unit'] | SimulatorReply {
  const parsed = orderRequest.safeParse(body);
  const [unit] = parsed.data?.purchase_units ?? [];
  if (!unit) return invalid();
  const { amount, reference_id, custom_id, invoice_id, description } = unit;
  const money: Money = { currency: amount.currency_code, value: amount.value };
  if (!currencies.includes(money.currency)) return refused('CURRENCY_NOT_SUPPORTED');
  const units = unitsOf(money);
  if (units === undefined) return refused('DECIMAL_PRECISION');
  if (units === 0n) return refused('CANNOT_BE_ZERO_OR_NEGATIVE');
  return {
    reference_id,
    amount: money,
    ...(custom_id && { custom_id }),
    ...(invoice_id && { invoice_id }),
    ...(description && { description }),
  };
}

/** Where the buyer is led back to. */
function pagesOf(body: unknown): SimulatedOrder['pages'] {
  const { return_url, cancel_url } = orderRequest.parse(body).payment_source?.paypal?.experience_context ?? {};
  return return_url && cancel_url ? { return_url, cancel_url } : undefined;
}

function found<Value>(value: Value | undefined, shape: (value: Value) => object): SimulatorReply {
  return value === undefined ? notFound() : { status: 200, body: shape(value) };
}

function notFound(): SimulatorReply {
  return payPalError(404, { name: 'RESOURCE_NOT_FOUND', message: 'The specified resource does not exist.' });
}

function invalid(): SimulatorReply {
  return payPalError(400, { name: 'INVALID_REQUEST', message: 'Request is not well-formed.' });
}

function refused(issue: string): SimulatorReply {
  const details = [{ field: 'request', issue }];
  const message = 'The requested action could not be performed, semantically incorrect, or failed business validation.';
  return payPalError(422, { name: 'UNPROCESSABLE_ENTITY', message, details });
}
