import * as z from 'zod/mini';
import { type AppleKey, appleApi, appleError, type SimulatedConsumption } from './apple-api.ts';
import type { AppleAuthority } from './apple-authority.ts';
import {
  type AppleApp,
  type AppleBooks,
  createAppleBooks,
  type SimulatedNotification,
  type SimulatedTransaction,
} from './apple-books.ts';
import { type AnyEvent, commonControls, control, ok } from './control.ts';
import { withFaults } from './faults.ts';
import { openRecordFile } from './record-file.ts';
import {
  type SimulatorReply,
  type SimulatorRoute,
  type SimulatorServer,
  startSimulatorServer,
} from './simulator-server.ts';
import { Courier, type QueuedEvent } from './webhook-courier.ts';

export type AppleSimulatorOptions = AppleApp &
  AppleKey & {
    /** 0 or none for a free one. */
    port?: number;
    /** What it signs with; its root is what the app's back end must trust. */
    authority: AppleAuthority;
    /** Where notifications go; asked anew for each attempt. */
    webhookUrl: () => string;
    /** Keeps transactions, notifications and what is undelivered between runs. */
    dataFile?: string;
  };

const text = z.optional(z.string().check(z.minLength(1)));
const purchase = z.strictObject({
  productId: z.string().check(z.minLength(1)),
  appAccountToken: text,
  price: z.optional(z.int().check(z.nonnegative())),
  quantity: z.optional(z.int().check(z.positive())),
  currency: text,
  storefront: text,
  type: text,
  bundleId: text,
  environment: text,
  webhook: z.optional(z.boolean()),
});
const refunded = z.strictObject({
  percentage: z.optional(z.int().check(z.minimum(1), z.maximum(100_000))),
  webhook: z.optional(z.boolean()),
});
const silently = z.strictObject({ webhook: z.optional(z.boolean()) });

/**
 * Speaks enough of the App Store Server API for Apple's own library, and signs as Apple does, by an authority of its own.
 * Beside the controls of `commonControls`, it has the buyer's and the store's side:
 * - `POST /_control/transactions` `{productId, appAccountToken?, price?, currency?, quantity?, …, webhook?}` buys; the price is in
 *   thousandths of the currency's major unit, and `{"webhook": false}` sends no notification. The answer has the
 *   `signedTransaction` that the app gets;
 * - `POST /_control/transactions/:id/refund` `{percentage?}` gives a part back (thousandths of a percent), or all;
 *   `/reverse` takes that back, `/decline` tells that a refund was refused, `/ask` asks how much was consumed;
 * - `POST /_control/transactions/:id/forget` lets the store know of no such purchase;
 * - `POST /_control/test` sends a test notification;
 * - `GET /_control/transactions` lists all purchases, `GET /_control/consumptions` what was told of them.
 */
export async function startAppleSimulator(options: AppleSimulatorOptions): Promise<SimulatorServer> {
  const { authority } = options;
  const file = openRecordFile(options.dataFile);
  const courier = new Courier({
    webhookUrl: options.webhookUrl,
    // The signature is in the body.
    headersFor: () => ({ 'user-agent': 'App Store Server Notifications' }),
    undelivered: file.records<QueuedEvent>('event'),
  });
  const books = createAppleBooks({
    app: options,
    authority,
    transactions: file.records<SimulatedTransaction>('transaction'),
    notifications: file.records<SimulatedNotification>('notification'),
  });
  const consumptions = file.records<SimulatedConsumption>('consumption');

  function announce(type: string, data?: { transaction?: SimulatedTransaction } & object): { id: string } {
    const { notificationUUID, signedPayload } = books.notify(type, data);
    courier.send({ eventId: notificationUUID, type, body: JSON.stringify({ signedPayload }) });
    return { id: notificationUUID };
  }

  const { routes, faults } = withFaults(appleApi({ key: options, books, consumptions, announce }), {
    serverError: () => appleError(500, 5_000_001, 'An unknown error occurred. Please try again.'),
    rateLimited: () => appleError(429, 4_290_000, 'Rate limit exceeded.'),
    busy: () => appleError(503, 5_000_001, 'An unknown error occurred. Please try again.'),
  });
  const sendEvent = ({ type, object }: AnyEvent) => announce(type, object as object);
  const server = await startSimulatorServer({
    port: options.port,
    routes: [
      ...routes,
      ...storeControls(books, announce),
      { method: 'GET', path: '/_control/consumptions', handle: () => ok({ consumptions: consumptions.values() }) },
      ...commonControls({ courier, faults, sendEvent }),
    ],
    notFound: () => ({ status: 404, body: 'Not found\n' }),
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

type Announce = (type: string, data?: { transaction?: SimulatedTransaction } & object) => { id: string };

function storeControls(books: AppleBooks, announce: Announce): SimulatorRoute[] {
  const path = '/_control/transactions';

  /** Does something about a transaction, tells it unless it is to happen silently, and answers the transaction. */
  function about<Schema extends z.ZodMiniType<{ webhook?: boolean | undefined }>>(
    verb: string,
    schema: Schema,
    { type, act }: { type: string; act: (id: string, body: z.output<Schema>) => SimulatedTransaction | undefined },
  ): SimulatorRoute {
    return control('POST', `${path}/:id/${verb}`, schema, (body, { params: { id = '' } }) => {
      const transaction = books.transaction(id) && act(id, body);
      if (!transaction) return { status: 404, body: { message: `There is no transaction ${id}` } };
      if (body.webhook !== false) announce(type, { transaction, ...reasonOf(type) });
      return answerOf(books, transaction);
    });
  }

  return [
    { method: 'GET', path, handle: () => ok({ transactions: books.transactions() }) },
    control('POST', path, purchase, ({ webhook, ...bought }) => {
      const transaction = books.buy(bought);
      if (webhook !== false) announce('ONE_TIME_CHARGE', { transaction });
      return answerOf(books, transaction);
    }),
    about('refund', refunded, { type: 'REFUND', act: (id, { percentage }) => books.refund(id, percentage) }),
    about('reverse', silently, { type: 'REFUND_REVERSED', act: (id) => books.reverseRefund(id) }),
    about('decline', silently, { type: 'REFUND_DECLINED', act: (id) => books.transaction(id) }),
    about('ask', silently, { type: 'CONSUMPTION_REQUEST', act: (id) => books.transaction(id) }),
    control('POST', `${path}/:id/forget`, z.strictObject({}), (_body, { params: { id = '' } }) => {
      books.forget(id);
      return ok({});
    }),
    control('POST', '/_control/test', z.strictObject({}), () => ok(announce('TEST'))),
  ];
}

function reasonOf(type: string): object {
  return type === 'CONSUMPTION_REQUEST' ? { consumptionRequestReason: 'UNINTENDED_PURCHASE' } : {};
}

function answerOf(books: AppleBooks, transaction: SimulatedTransaction): SimulatorReply {
  return ok({ ...transaction, signedTransaction: books.signed(transaction) });
}
