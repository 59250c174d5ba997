import Stripe from 'stripe';
import { type AnyEvent, commonControls } from './control.ts';
import { withFaults } from './faults.ts';
import { openRecordFile } from './record-file.ts';
import { type SimulatorServer, startSimulatorServer } from './simulator-server.ts';
import { type SimulatedEvent, stripeApi } from './stripe-api.ts';
import { balanceLines, forgetPayment } from './stripe-balance.ts';
import { createStripeBooks, newId, nowSeconds, type SimulatedCharge, type SimulatedIntent } from './stripe-books.ts';
import { defaultApiVersion, type RememberedAnswer, stripeError } from './stripe-calls.ts';
import { createStripeClaims, type SimulatedDispute, type SimulatedRefund } from './stripe-claims.ts';
import { type ConnectOptions, createConnect } from './stripe-connect.ts';
import { stripeControls } from './stripe-controls.ts';
import { createStripeSessions, type StoredSession } from './stripe-sessions.ts';
import { Courier, type QueuedEvent } from './webhook-courier.ts';
import type { WebhookTarget } from './webhook-post.ts';

export type StripeSimulatorOptions = {
  /** 0 or none for a free one. */
  port?: number;
  apiKey: string;
  webhookSecret: string;
  /** Where events go; asked anew for each attempt. */
  webhookUrl: () => string;
  /** Keeps payments, idempotency keys and undelivered events between runs. */
  dataFile?: string;
  /** Without it, there is no Connect. */
  connect?: ConnectOptions;
};

/**
 * Speaks enough of Stripe's API for the real SDK to take a payment, and signs events as Stripe does. Beside the
 * controls of `commonControls`, it has the buyer's side:
 * - `POST /_control/payment_intents/:id/pay` `{amount?, currency?, metadata?, webhook?}` pays; what is named replaces what
 *   is received, and `{"webhook": false}` sends no event;
 * - `POST /_control/payment_intents/:id/fail` lets the card be declined;
 * - `POST /_control/payment_intents/:id/process` leaves it with the buyer's bank, until `/pay` or `/fail`;
 * - `POST /_control/payment_intents/:id/forget` lets Stripe know of no such payment;
 * - `GET /_control/payment_intents` lists all payments;
 * - `POST /_control/payment_intents/:id/refund` `{amount?, status?}` gives back a part or all, as in Stripe's dashboard;
 *   `status: 'pending'` is a refund that takes its time, until `POST /_control/refunds/:id/succeed`, and
 *   `POST /_control/refunds/:id/fail` sends one back; `GET /_control/refunds` lists them;
 * - `POST /_control/payment_intents/:id/dispute` `{amount?}` opens a dispute; `POST /_control/disputes/:id/review`, `/won`
 *   and `/lost` move it on; `POST /_control/payment_intents/:id/warn` sends an early fraud warning;
 * - `POST /_control/checkout_sessions/:id/pay` `{webhook?}`, `/pay_later` (with `/settle` or `/fail` days later) and `/expire` play the
 *   buyer at a Checkout Session; `GET /_control/checkout_sessions` lists them.
 * And for Connect:
 * - `POST /_control/connect/accounts` `{id, transfers?, payoutsEnabled?, schedule?}` makes or changes a connected account;
 * - `POST /_control/connect/balances` `{account?, balanceMinor}` sets the balance of an account, or the platform's;
 * - `POST /_control/connect/banks` `{autoComplete?, delayMs?, refuseNext?: {status, type, code, count}}` sets whether and when
 *   banks take payouts by themselves, and lets the next requests for a payout be refused;
 * - `POST /_control/connect/payouts/:id/{send|pay|fail|cancel}` `{failureCode?}` moves a payout to a bank, named by Stripe's id or
 *   by the `payoutId` in its metadata; `fail` also after it was paid;
 * - `POST /_control/connect/transfers/:id/reverse` `{amount?}` takes a transfer back, named by its id or its group;
 * - `POST /_control/connect/keys/forget` forgets all idempotency keys, as Stripe may after 24 hours;
 * - `GET /_control/connect/books` says per payout what left the platform, what came back and what reached a bank.
 * All of them answer the thing as it is then, 404 for an unknown payment, and 409 for what is not possible now.
 */
export async function startStripeSimulator(options: StripeSimulatorOptions): Promise<SimulatorServer> {
  const file = openRecordFile(options.dataFile);
  const courier = new Courier({ ...webhookTarget(options), undelivered: file.records<QueuedEvent>('event') });

  const events = file.records<SimulatedEvent>('past_event');

  function sendEvent({ type, object, id = newId('evt_'), account, endpoint }: SentEvent): { id: string } {
    const event = eventShape({ id, type, object, account });
    if (endpoint === undefined) events.put(id, event);
    courier.send({ eventId: id, type, body: JSON.stringify(event, undefined, 2), ...(endpoint && { endpoint }) });
    return { id };
  }

  const announce = (type: string, object: object) => void sendEvent({ type, object });
  const charges = file.records<SimulatedCharge>('charge');
  const intents = file.records<SimulatedIntent>('payment_intent');
  const books = createStripeBooks({ intents, charges, announce });
  const refunds = file.records<SimulatedRefund>('refund');
  const disputes = file.records<SimulatedDispute>('dispute');
  const claims = createStripeClaims({
    intent: books.intent,
    charges,
    refunds,
    disputes,
    announce,
  });
  const sessions = createStripeSessions({ stored: file.records<StoredSession>('checkout_session'), books, announce });
  const balance = () => balanceLines({ charges, refunds, disputes });
  const answers = file.records<RememberedAnswer>('idempotency_key');
  const connect =
    options.connect &&
    createConnect({
      apiKey: options.connect.apiKey,
      file,
      announce: (event) => void sendEvent({ ...event, endpoint: event.account === undefined ? 'account' : 'connect' }),
    });
  const { routes, faults } = withFaults(
    [
      ...stripeApi({ apiKey: options.apiKey, books, claims, sessions, balance, events, answers }),
      ...(connect?.api ?? []),
    ],
    {
      serverError: () => stripeError(500, { type: 'api_error', message: 'An unknown error occurred' }),
      rateLimited: () =>
        stripeError(429, { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many requests' }),
      busy: () =>
        stripeError(409, {
          type: 'idempotency_error',
          code: 'idempotency_key_in_use',
          message: 'Another request is running',
        }),
    },
  );
  const server = await startSimulatorServer({
    port: options.port,
    routes: [
      ...routes,
      ...stripeControls({ books, claims, sessions, forget: (id) => forgetPayment({ intents, charges }, id) }),
      ...(connect?.controls ?? []),
      ...commonControls({ courier, faults, sendEvent }),
    ],
    notFound: ({ method, path }) =>
      stripeError(404, { type: 'invalid_request_error', message: `Unrecognized request URL (${method}: ${path}).` }),
  });
  courier.resume();
  connect?.resume();
  return {
    url: server.url,
    close() {
      connect?.stop();
      courier.stop();
      return server.close();
    },
  };
}

/** An event for another address than that of payments names it, and the connected account that it is about. */
type SentEvent = AnyEvent & { account?: string; endpoint?: 'account' | 'connect' };

/** Each address has a secret of its own; events about the platform and about connected accounts are two of Stripe's endpoints. */
function webhookTarget({ webhookUrl, webhookSecret, connect }: StripeSimulatorOptions): WebhookTarget {
  const secretOf = (endpoint?: string): string => {
    if (!connect || endpoint === undefined) return webhookSecret;
    return endpoint === 'connect' ? connect.connectWebhookSecret : connect.accountWebhookSecret;
  };
  return {
    webhookUrl: (endpoint) => (connect && endpoint !== undefined ? connect.webhookUrl() : webhookUrl()),
    headersFor: (payload, endpoint) => ({
      'stripe-signature': Stripe.webhooks.generateTestHeaderString({ payload, secret: secretOf(endpoint) }),
      'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
    }),
  };
}

/** An event as Stripe's webhooks show it. */
function eventShape(event: { id: string; type: string; object: unknown; account: string | undefined }): SimulatedEvent {
  const { id, type, object, account } = event;
  return {
    id,
    object: 'event',
    ...(account !== undefined && { account }),
    api_version: defaultApiVersion,
    created: nowSeconds(),
    data: { object },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
  };
}
