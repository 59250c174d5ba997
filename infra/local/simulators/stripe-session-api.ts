import type { SimulatorReply, SimulatorRoute } from './simulator-server.ts';
import { nowSeconds } from './stripe-books.ts';
import { type Form, found, invalid, type MakeRoute, stringsOf } from './stripe-calls.ts';
import type { FormValue } from './stripe-form.ts';
import type { StripeSessions } from './stripe-sessions.ts';

const createParameters = [
  'cancel_url',
  'client_reference_id',
  'expires_at',
  'line_items',
  'metadata',
  'mode',
  'payment_intent_data',
  'success_url',
];

/** Stripe lets a session be open for between half an hour and a day. */
const shortestSeconds = 30 * 60;
const longestSeconds = 24 * 60 * 60;

/** The part of `/v1/checkout/sessions` that is simulated. */
export function sessionRoutes(route: MakeRoute, sessions: StripeSessions): SimulatorRoute[] {
  const path = '/v1/checkout/sessions';
  return [
    route('POST', path, ({ form }) => createSession(sessions, form)),
    route('GET', `${path}/:id`, ({ params: { id = '' } }) => found(sessions.session(id), 'checkout.session', id)),
    route('POST', `${path}/:id/expire`, ({ params: { id = '' } }) => {
      if (!sessions.session(id)) return found(undefined, 'checkout.session', id);
      const expired = sessions.expire(id);
      return expired ? { status: 200, body: expired } : invalid('Only Checkout Sessions that are open can be expired.');
    }),
  ];
}

function createSession(sessions: StripeSessions, form: Form): SimulatorReply {
  const unknown = Object.keys(form).find((name) => !createParameters.includes(name));
  if (unknown) return invalid(`Received unknown parameter: ${unknown}`, { param: unknown, code: 'parameter_unknown' });
  const { mode, success_url, cancel_url, client_reference_id, metadata } = form;
  if (mode !== 'payment') return invalid(`Invalid mode: ${String(mode)}`, { param: 'mode' });
  if (typeof success_url !== 'string')
    return invalid('Missing required param: success_url.', { param: 'success_url', code: 'parameter_missing' });
  const expiresAt = Number(form.expires_at ?? nowSeconds() + longestSeconds);
  const openSeconds = expiresAt - nowSeconds();
  if (!(openSeconds >= shortestSeconds - 5 && openSeconds <= longestSeconds))
    return invalid('The `expires_at` timestamp must be between 30 minutes and 24 hours from now.', {
      param: 'expires_at',
    });
  const price = priceOf(form.line_items);
  if (!price) return invalid('Missing required param: line_items.', { param: 'line_items', code: 'parameter_missing' });
  const payment = asRecord(form.payment_intent_data);
  const session = sessions.open({
    ...price,
    success_url,
    cancel_url: textOrNull(cancel_url),
    client_reference_id: textOrNull(client_reference_id),
    expires_at: expiresAt,
    metadata: stringsOf(asRecord(metadata)),
    payment: { description: textOrNull(payment.description), metadata: stringsOf(asRecord(payment.metadata)) },
  });
  return { status: 200, body: session };
}

/** Of one item; the product sells nothing else. */
function priceOf(items: FormValue | undefined): { amount_total: number; currency: string } | undefined {
  const item = asRecord(asRecord(items)[0]);
  const { unit_amount: amount, currency } = asRecord(item.price_data);
  if (!/^[1-9]\d{0,7}$/.test(String(amount)) || !/^[a-z]{3}$/.test(String(currency))) return undefined;
  return { amount_total: Number(amount) * Number(item.quantity), currency: String(currency) };
}

function asRecord(value: FormValue | undefined): Record<string, FormValue> {
  return typeof value === 'object' ? value : {};
}

function textOrNull(value: FormValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
