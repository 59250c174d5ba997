import type { Records } from './record-file.ts';
import type { SimulatorReply, SimulatorRoute } from './simulator-server.ts';
import type { balanceLines } from './stripe-balance.ts';
import type { StripeBooks } from './stripe-books.ts';
import { type Form, found, invalid, pageOf, type RememberedAnswer, stringsOf, stripeRoutes } from './stripe-calls.ts';
import type { StripeClaims } from './stripe-claims.ts';
import { intentRoutes } from './stripe-intent-api.ts';
import { sessionRoutes } from './stripe-session-api.ts';
import type { StripeSessions } from './stripe-sessions.ts';

/** An event that was sent, as it is listed afterwards. */
export type SimulatedEvent = { id: string; type: string; created: number } & Record<string, unknown>;

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
    ...intentRoutes(route, { books, sessions }),
    route('POST', '/v1/refunds', ({ form }) => createRefund({ books, claims }, form)),
    route('GET', '/v1/refunds', ({ query }) => listOf('/v1/refunds', claims.refunds(), query)),
    route('GET', '/v1/disputes', ({ query }) => listOf('/v1/disputes', claims.disputes(), query)),
    route('GET', '/v1/balance_transactions', ({ query }) => balanceOf(balance(), query)),
    route('GET', '/v1/events', ({ query }) => eventsOf(events.values(), query)),
    ...sessionRoutes(route, sessions),
  ];
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
