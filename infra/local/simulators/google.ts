import { randomInt } from 'node:crypto';
import { type AnyEvent, commonControls } from './control.ts';
import { withFaults } from './faults.ts';
import { googleApi, googleError } from './google-api.ts';
import { createGoogleBooks, type SimulatedPurchase, type SimulatedReview, type SimulatedVoid } from './google-books.ts';
import { googleControls } from './google-controls.ts';
import { createGoogleIdentity } from './google-identity.ts';
import { openRecordFile } from './record-file.ts';
import { type SimulatorServer, startSimulatorServer } from './simulator-server.ts';
import { Courier, type QueuedEvent } from './webhook-courier.ts';

export type GoogleSimulatorOptions = {
  /** 0 or none for a free one. */
  port?: number;
  packageName: string;
  clientEmail: string;
  privateKey: string;
  pushServiceAccount: string;
  /** Where notifications are pushed to; asked anew for each attempt. */
  webhookUrl: () => string;
  /** The audience of the push tokens, where it is not the webhook's address. */
  audience?: () => string;
  /** Keeps purchases, voids and undelivered messages between runs. */
  dataFile?: string;
};

/** The addresses of the simulator's parts, which are hosts of their own at Google. */
export type GoogleSimulator = SimulatorServer & { tokenUrl: string; certsUrl: string };

/**
 * Speaks enough of the Play Developer API for purchases of one-time products (`productsv2` look-ups, consumption, orders,
 * voided purchases, reviews of refunds), gives tokens to the service account, and pushes notifications as Pub/Sub does. Beside the controls of
 * `commonControls`, it has those of `googleControls`.
 */
export async function startGoogleSimulator(options: GoogleSimulatorOptions): Promise<GoogleSimulator> {
  const { packageName, webhookUrl, audience = webhookUrl } = options;
  const file = openRecordFile(options.dataFile);
  const identity = await createGoogleIdentity({ ...options, audience });
  const courier = new Courier({
    webhookUrl,
    headersFor: () => ({
      authorization: `Bearer ${identity.pushToken()}`,
      'user-agent': 'CloudPubSub-Google',
    }),
    undelivered: file.records<QueuedEvent>('message'),
  });

  function sendEvent({ type, object, id = String(randomInt(2 ** 47)) }: AnyEvent): { id: string } {
    courier.send({ eventId: id, type, body: JSON.stringify(messageShape(id, object)) });
    return { id };
  }

  function notify(type: string, notification: object): void {
    const about = { version: '1.0', packageName, eventTimeMillis: String(Date.now()) };
    sendEvent({ type, object: { ...about, [type]: notification } });
  }

  const books = createGoogleBooks({
    purchases: file.records<SimulatedPurchase>('purchase'),
    voids: file.records<SimulatedVoid>('void'),
    reviews: file.records<SimulatedReview>('review'),
  });
  const settings = { pageSize: 1_000 };
  const { refuseStranger } = identity;
  const api = googleApi({ packageName, books, refuseStranger, pageSize: () => settings.pageSize });
  const { routes, faults } = withFaults([...identity.routes, ...api], {
    serverError: () => googleError(500, 'backendError', 'Internal error encountered.'),
    rateLimited: () => googleError(429, 'rateLimitExceeded', 'Quota exceeded.'),
    busy: () => googleError(409, 'concurrentUpdate', 'The purchase was concurrently modified.'),
  });
  const server = await startSimulatorServer({
    port: options.port,
    routes: [
      ...routes,
      ...googleControls({ books, identity, notify, settings }),
      ...commonControls({ courier, faults, sendEvent }),
    ],
    notFound: ({ method, path }) => googleError(404, 'notFound', `Not found: ${method} ${path}`),
  });
  courier.resume();
  return {
    url: server.url,
    tokenUrl: `${server.url}/token`,
    certsUrl: `${server.url}/oauth2/v1/certs`,
    close() {
      courier.stop();
      return server.close();
    },
  };
}

/** A message as Pub/Sub pushes it, with the names of both its API's styles. */
function messageShape(messageId: string, notification: unknown): object {
  const data = Buffer.from(JSON.stringify(notification)).toString('base64');
  const publishTime = new Date().toISOString();
  return {
    message: { data, messageId, message_id: messageId, publishTime, publish_time: publishTime },
    subscription: 'projects/simulated/subscriptions/play-notifications',
  };
}
