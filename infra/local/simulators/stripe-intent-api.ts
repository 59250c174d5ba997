import type { SimulatorReply, SimulatorRoute } from './simulator-server.ts';
import type { StripeBooks } from './stripe-books.ts';
import { type Form, found, invalid, type MakeRoute, stringsOf, stripeError } from './stripe-calls.ts';
import type { StripeSessions } from './stripe-sessions.ts';

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

type Parts = { books: StripeBooks; sessions: StripeSessions };

/** The part of `/v1/payment_intents` that is simulated. */
export function intentRoutes(route: MakeRoute, { books, sessions }: Parts): SimulatorRoute[] {
  const path = '/v1/payment_intents';
  return [
    route('POST', path, ({ form }) => createIntent(books, form)),
    route('GET', `${path}/:id`, ({ params: { id = '' } }) => found(books.intent(id), 'payment_intent', id)),
    route('POST', `${path}/:id/confirm`, ({ params, form }) => confirmIntent(books, params.id ?? '', form)),
    route('POST', `${path}/:id/cancel`, ({ params: { id = '' } }) => cancelIntent({ books, sessions }, id)),
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

/** The payment of a Checkout Session ends with the session and by nothing else. */
function cancelIntent({ books, sessions }: Parts, id: string): SimulatorReply {
  const intent = books.intent(id);
  if (!intent) return found(undefined, 'payment_intent', id);
  const isOfSession = sessions.sessions().some(({ payment_intent }) => payment_intent === id);
  const canceled = isOfSession ? undefined : books.cancel(id);
  return canceled
    ? { status: 200, body: canceled }
    : invalid(`You cannot cancel this PaymentIntent because it has a status of ${intent.status}.`, {
        code: 'payment_intent_unexpected_state',
      });
}
