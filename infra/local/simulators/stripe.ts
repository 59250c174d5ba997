import Stripe from 'stripe';
import * as z from 'zod/mini';
import { type AnyEvent, commonControls, control, ok } from './control.ts';
import { withFaults } from './faults.ts';
import { openRecordFile } from './record-file.ts';
import {
  type SimulatorReply,
  type SimulatorRoute,
  type SimulatorServer,
  startSimulatorServer,
} from './simulator-server.ts';
import { defaultApiVersion, found, type RememberedAnswer, stripeApi, stripeError } from './stripe-api.ts';
import {
  createStripeBooks,
  newId,
  nowSeconds,
  type SimulatedCharge,
  type SimulatedIntent,
  type StripeBooks,
} from './stripe-books.ts';
import { Courier, type QueuedEvent } from './webhook-courier.ts';

export type StripeSimulatorOptions = {
  /** 0 or none for a free one. */
  port?: number;
  apiKey: string;
  webhookSecret: string;
  /** Where events go; asked anew for each attempt. */
  webhookUrl: () => string;
  /** Keeps payments, idempotency keys and undelivered events between runs. */
  dataFile?: string;
};

const received = z.strictObject({
  amount: z.optional(z.int().check(z.nonnegative())),
  currency: z.optional(z.string().check(z.regex(/^[a-z]{3}$/))),
  metadata: z.optional(z.record(z.string(), z.string())),
  webhook: z.optional(z.boolean()),
});
const refunded = z.strictObject({ amount: z.optional(z.int().check(z.positive())) });

/**
 * Speaks enough of Stripe's API for the real SDK to take a payment, and signs events as Stripe does. Beside the
 * controls of `commonControls`, it has the buyer's side:
 * - `POST /_control/payment_intents/:id/pay` `{amount?, currency?, metadata?, webhook?}` pays; what is named replaces what
 *   is received, and `{"webhook": false}` sends no event;
 * - `POST /_control/payment_intents/:id/fail` lets the card be declined;
 * - `POST /_control/payment_intents/:id/refund` `{amount?}` gives back a part or all, as in Stripe's dashboard;
 * - `GET /_control/payment_intents` lists all payments.
 * All of them answer the payment as it is then, 404 for an unknown one, and 409 for one that is already paid.
 */
export async function startStripeSimulator(options: StripeSimulatorOptions): Promise<SimulatorServer> {
  const file = openRecordFile(options.dataFile);
  const courier = new Courier({
    webhookUrl: options.webhookUrl,
    headersFor: (payload) => ({
      'stripe-signature': Stripe.webhooks.generateTestHeaderString({ payload, secret: options.webhookSecret }),
      'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
    }),
    undelivered: file.records<QueuedEvent>('event'),
  });

  function sendEvent({ type, object, id = newId('evt_') }: AnyEvent): { id: string } {
    courier.send({ eventId: id, type, body: JSON.stringify(eventShape({ id, type, object }), undefined, 2) });
    return { id };
  }

  const books = createStripeBooks({
    intents: file.records<SimulatedIntent>('payment_intent'),
    charges: file.records<SimulatedCharge>('charge'),
    announce: (type, object) => void sendEvent({ type, object }),
  });
  const answers = file.records<RememberedAnswer>('idempotency_key');
  const { routes, faults } = withFaults(stripeApi({ apiKey: options.apiKey, books, answers }), {
    serverError: () => stripeError(500, { type: 'api_error', message: 'An unknown error occurred' }),
    rateLimited: () =>
      stripeError(429, { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many requests' }),
    busy: () =>
      stripeError(409, {
        type: 'idempotency_error',
        code: 'idempotency_key_in_use',
        message: 'Another request is running',
      }),
  });
  const server = await startSimulatorServer({
    port: options.port,
    routes: [...routes, ...buyerControls(books), ...commonControls({ courier, faults, sendEvent })],
    notFound: ({ method, path }) =>
      stripeError(404, { type: 'invalid_request_error', message: `Unrecognized request URL (${method}: ${path}).` }),
  });
  courier.resume();
  return {
    url: server.url,
    close() {
      courier.stop();
      return server.close();
    },
  };
}

/** An event as Stripe's webhooks show it. */
function eventShape({ id, type, object }: { id: string; type: string; object: unknown }): object {
  return {
    id,
    object: 'event',
    api_version: defaultApiVersion,
    created: nowSeconds(),
    data: { object },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
  };
}

function buyerControls(books: StripeBooks): SimulatorRoute[] {
  const path = '/_control/payment_intents/:id';

  function unpaid(id: string, act: () => object): SimulatorReply {
    const status = books.intent(id)?.status;
    if (status !== 'succeeded') return status ? ok(act()) : found(undefined, 'payment_intent', id);
    return { status: 409, body: { message: `The payment ${id} is already paid` } };
  }

  return [
    { method: 'GET', path: '/_control/payment_intents', handle: () => ok({ paymentIntents: books.intents() }) },
    control('POST', `${path}/pay`, received, (body, { params: { id = '' } }) => unpaid(id, () => books.pay(id, body))),
    control('POST', `${path}/fail`, z.strictObject({}), (_body, { params: { id = '' } }) =>
      unpaid(id, () => books.decline(id)),
    ),
    control('POST', `${path}/refund`, refunded, ({ amount }, { params: { id = '' } }) => {
      if (!books.intent(id)) return found(undefined, 'payment_intent', id);
      const refund = books.refund(id, amount);
      return refund ? ok(refund) : { status: 409, body: { message: `The payment ${id} has not so much left` } };
    }),
  ];
}
