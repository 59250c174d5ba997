import type { Records } from './record-file.ts';
import type { SimulatorReply, SimulatorRoute } from './simulator-server.ts';
import type { balanceLines } from './stripe-balance.ts';
import type { StripeBooks } from './stripe-books.ts';
import {
  type Form,
  found,
  invalid,
  pageOf,
  type RememberedAnswer,
  stringsOf,
  stripeError,
  stripeRoutes,
} from './stripe-calls.ts';
import type { StripeClaims } from './stripe-claims.ts';
import { sessionRoutes } from './stripe-session-api.ts';
import type { StripeSessions } from './stripe-sessions.ts';

/** An event that was sent, as it is listed afterwards. */
export type SimulatedEvent = { id: string; type: string; created: number } & Record<string, unknown>;

const createParameters = [
  'amount',
  'automatic_payment_methods',
  'capture_method',
  'confirm',
  'currency',
  'customer',
  'description',
  'expand',
  'metadata',
  'payment_method',
  'payment_method_types',
  'receipt_email',
  'return_url',
  'statement_descriptor_suffix',
];

/** The part of Stripe's API that is simulated; every route wants the API key, and every POST honours idempotency keys. */
export function stripeApi({
  apiKey,
  books,
  claims,
  sessions,
  balance,
  events,
  answers,
}: {
  apiKey: string;
  books: StripeBooks;
  claims: StripeClaims;
  sessions: StripeSessions;
  balance: () => ReturnType<typeof balanceLines>;
  events: Records<SimulatedEvent>;
  answers: Records<RememberedAnswer>;
}): SimulatorRoute[] {
  const route = stripeRoutes({ apiKey, answers });
  return [
    route('POST', '/v1/payment_intents', ({ form }) => createIntent(books, form)),
    route('GET', '/v1/payment_intents/:id', ({ params: { id = '' } }) => found(books.intent(id), 'payment_intent', id)),
    route('POST', '/v1/payment_intents/:id/confirm', ({ params, form }) => confirmIntent(books, params.id ?? '', form)),
    route('POST', '/v1/refunds', ({ form }) => createRefund({ books, claims }, form)),
    route('GET', '/v1/refunds', ({ query }) => listOf('/v1/refunds', claims.refunds(), query)),
    route('GET', '/v1/disputes', ({ query }) => listOf('/v1/disputes', claims.disputes(), query)),
    route('GET', '/v1/balance_transactions', ({ query }) => balanceOf(balance(), query)),
    route('GET', '/v1/events', ({ query }) => eventsOf(events.values(), query)),
    ...sessionRoutes(route, sessions),
  ];
}

function createIntent(books: StripeBooks, form: Form): SimulatorReply {
  const unknown = Object.keys(form).find((name) => !createParameters.includes(name));
  if (unknown) return invalid(`Received unknown parameter: ${unknown}`, { param: unknown, code: 'parameter_unknown' });
  const { amount, currency, description, metadata } = form;
  if (typeof amount !== 'string')
    return invalid('Missing required param: amount.', { param: 'amount', code: 'parameter_missing' });
  if (!/^\d{1,8}$/.test(amount) || Number(amount) < 1) {
    return invalid(`Invalid positive integer: ${amount}`, { param: 'amount', code: 'parameter_invalid_integer' });
  }
  if (typeof currency !== 'string' || !/^[A-Za-z]{3}$/.test(currency)) {
    return invalid(`Invalid currency: ${String(currency)}.`, { param: 'currency' });
  }
  const intent = books.open({
    amount: Number(amount),
    currency: currency.toLowerCase(),
    description: typeof description === 'string' ? description : null,
    metadata: typeof metadata === 'object' ? stringsOf(metadata) : {},
  });
  return { status: 200, body: intent };
}

/** Test cards work as at Stripe: `pm_card_chargeDeclined` and its like are declined, all others pay. */
function confirmIntent(books: StripeBooks, id: string, form: Form): SimulatorReply {
  const intent = books.intent(id);
  if (!intent) return found(undefined, 'payment_intent', id);
  if (intent.status === 'succeeded' || intent.status === 'canceled') {
    return invalid(`This PaymentIntent's status is ${intent.status}.`, { code: 'payment_intent_unexpected_state' });
  }
  if (String(form.payment_method ?? '').includes('Declined')) {
    const declined = books.decline(id);
    const message = 'Your card was declined.';
    return stripeError(402, { type: 'card_error', code: 'card_declined', message, payment_intent: declined });
  }
  return { status: 200, body: books.pay(id, {}) };
}

function createRefund({ books, claims }: { books: StripeBooks; claims: StripeClaims }, form: Form): SimulatorReply {
  const { payment_intent: id, amount, metadata } = form;
  if (typeof id !== 'string')
    return invalid('One of payment_intent or charge is required.', { code: 'parameter_missing' });
  const intent = books.intent(id);
  if (!intent) return found(undefined, 'payment_intent', id);
  if (amount !== undefined && !/^[1-9]\d{0,7}$/.test(String(amount))) {
    return invalid(`Invalid positive integer: ${String(amount)}`, {
      param: 'amount',
      code: 'parameter_invalid_integer',
    });
  }
  const refund = claims.refund(id, {
    amount: amount === undefined ? undefined : Number(amount),
    metadata: typeof metadata === 'object' ? stringsOf(metadata) : {},
  });
  return refund
    ? { status: 200, body: refund }
    : invalid('The charge has no such amount left to refund.', { code: 'charge_already_refunded' });
}

/** One page of a list, newest first, of one payment where it is asked for. */
function listOf(url: string, all: { id: string; payment_intent?: string }[], query: URLSearchParams): SimulatorReply {
  const intent = query.get('payment_intent');
  const wanted = all.filter(({ payment_intent }) => intent === null || payment_intent === intent);
  return pageOf(url, wanted.toReversed(), query);
}

/** One page of what moved the balance; each line has its source, or only the source's id. */
function balanceOf(lines: ReturnType<typeof balanceLines>, query: URLSearchParams): SimulatorReply {
  const type = query.get('type');
  const isExpanded = [...query].some(([name, value]) => name.startsWith('expand') && value === 'data.source');
  const wanted = createdWithin(lines, query)
    .filter((line) => type === null || line.type === type)
    .map(({ source, ...line }) => ({ ...line, source: isExpanded ? source : source.id }));
  return listOf('/v1/balance_transactions', wanted, query);
}

/** One page of the events that were sent, of the types that are asked for. */
function eventsOf(events: SimulatedEvent[], query: URLSearchParams): SimulatorReply {
  const types = [...query].filter(([name]) => name.startsWith('types')).map(([, type]) => type);
  const wanted = createdWithin(events, query).filter(({ type }) => types.length === 0 || types.includes(type));
  return listOf('/v1/events', wanted, query);
}

function createdWithin<Listed extends { created: number }>(all: Listed[], query: URLSearchParams): Listed[] {
  const from = Number(query.get('created[gte]') ?? 0);
  const to = Number(query.get('created[lt]') ?? Number.POSITIVE_INFINITY);
  return all.filter(({ created }) => created >= from && created < to);
}
