import * as z from 'zod/mini';
import { control, ok } from './control.ts';
import type { Money } from './paypal-money.ts';
import type { SimulatedCapture, SimulatedRefund } from './paypal-sale-records.ts';
import type { PayPalSales } from './paypal-sales.ts';
import { payPalError } from './paypal-shapes.ts';
import type { PayPalTokens } from './paypal-tokens.ts';
import type { SimulatorReply, SimulatorRoute } from './simulator-server.ts';

const Query = z.object({
  start_date: z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)),
  end_date: z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)),
  page_size: z._default(z.coerce.number().check(z.minimum(1), z.maximum(500)), 100),
  page: z._default(z.coerce.number().check(z.minimum(1)), 1),
});

const longestMilliseconds = 31 * 86_400_000;

/** PayPal's transaction search, made from what was sold and given back; payouts and fees are left out. */
export function payPalReports(
  sales: PayPalSales,
  tokens: PayPalTokens,
): { route: SimulatorRoute; control: SimulatorRoute } {
  let maximumItems = 10_000;

  function list(search: URLSearchParams): SimulatorReply {
    const parsed = Query.safeParse(Object.fromEntries(search));
    const { start_date: start = '', end_date: end = '', page_size: size = 100, page = 1 } = parsed.data ?? {};
    const [from, to] = [Date.parse(start), Date.parse(end)];
    if (!parsed.success || to < from || to - from > longestMilliseconds)
      return payPalError(400, { name: 'INVALID_REQUEST', message: 'Request is not well-formed.' });
    const wanted = linesOf(sales).filter(({ at }) => Date.parse(at) >= from && Date.parse(at) <= to);
    if (wanted.length > maximumItems)
      return payPalError(400, { name: 'RESULTSET_TOO_LARGE', message: 'Result set size is greater than the limit.' });
    const shown = wanted.slice((page - 1) * size, page * size);
    const body = {
      transaction_details: shown.map(({ info }) => ({ transaction_info: info })),
      account_number: 'SIMULATED',
      start_date: numericZone(start),
      end_date: numericZone(end),
      last_refreshed_datetime: numericZone(new Date().toISOString()),
      page,
      total_items: wanted.length,
      total_pages: Math.max(1, Math.ceil(wanted.length / size)),
      links: [],
    };
    return { status: 200, body };
  }

  return {
    route: {
      method: 'GET',
      path: '/v1/reporting/transactions',
      handle: (request) => tokens.refuseStranger(request) ?? list(request.query),
    },
    control: control('POST', '/_control/reports', z.strictObject({ maximumItems: z.int() }), (settings) => {
      maximumItems = settings.maximumItems;
      return ok(settings);
    }),
  };
}

type Line = { at: string; info: object };

/** What has moved the balance, oldest first. */
function linesOf(sales: PayPalSales): Line[] {
  const captures = sales.captures().filter(({ status }) => status !== 'DECLINED');
  return [...captures.map(captureLine), ...sales.refunds().map((refund) => refundLine(refund, sales))].toSorted(
    (a, b) => Date.parse(a.at) - Date.parse(b.at),
  );
}

function captureLine({ id, status, amount, custom_id, invoice_id, createTime }: SimulatedCapture): Line {
  const state = status === 'PENDING' ? 'P' : status === 'REFUNDED' ? 'V' : 'S';
  const own = { ...(custom_id && { custom_field: custom_id }), ...(invoice_id && { invoice_id }) };
  return lineOf({ id, code: 'T0006', state, amount, at: createTime }, own);
}

function refundLine(refund: SimulatedRefund, sales: PayPalSales): Line {
  const { id, captureId, status, amount, isReversal, createTime } = refund;
  const { custom_id, invoice_id } = sales.capture(captureId) ?? {};
  const state = { PENDING: 'P', COMPLETED: 'S', FAILED: 'D' }[status];
  const given = { ...amount, value: `-${amount.value}` };
  const reference = {
    paypal_reference_id: captureId,
    paypal_reference_id_type: 'TXN',
    ...(custom_id && { custom_field: custom_id }),
    ...(invoice_id && { invoice_id }),
  };
  return lineOf({ id, code: isReversal ? 'T1106' : 'T1107', state, amount: given, at: createTime }, reference);
}

type Told = { id: string; code: string; state: string; amount: Money; at: string };

function lineOf({ id, code, state, amount: { currency, value }, at }: Told, more: object): Line {
  return {
    at: inSeconds(at),
    info: {
      paypal_account_id: 'SIMULATEDBUYER',
      transaction_id: id,
      transaction_event_code: code,
      transaction_initiation_date: numericZone(at),
      transaction_updated_date: numericZone(at),
      transaction_amount: { currency_code: currency, value },
      transaction_status: state,
      protection_eligibility: '02',
      ...more,
    },
  };
}

function inSeconds(time: string): string {
  return `${time.slice(0, 19)}Z`;
}

/** Transaction search writes the zone as digits without a colon, and no fractions. */
function numericZone(time: string): string {
  return `${time.slice(0, 19)}+0000`;
}
