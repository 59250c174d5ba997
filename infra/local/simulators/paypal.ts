import { type AnyEvent, commonControls } from './control.ts';
import { withFaults } from './faults.ts';
import { payPalApi } from './paypal-api.ts';
import { createPayPalBooks, newPayPalId, type SimulatedBatch, type SimulatedItem } from './paypal-books.ts';
import { itemControls, simulateReceivers, tokenControls } from './paypal-controls.ts';
import { payPalReports } from './paypal-reports.ts';
import type { SimulatedCapture, SimulatedDispute, SimulatedOrder, SimulatedRefund } from './paypal-sale-records.ts';
import { createPayPalSales } from './paypal-sales.ts';
import { payPalSalesApi, type RememberedSale } from './paypal-sales-api.ts';
import { saleControls } from './paypal-sales-controls.ts';
import { eventShape, itemShape, noSuchResource, payPalError } from './paypal-shapes.ts';
import { createPayPalSigner } from './paypal-signature.ts';
import { createPayPalTokens } from './paypal-tokens.ts';
import { openRecordFile } from './record-file.ts';
import { type SimulatorServer, startSimulatorServer } from './simulator-server.ts';
import { Courier, type QueuedEvent } from './webhook-courier.ts';

export type PayPalSimulatorOptions = {
  /** 0 or none for a free one. */
  port?: number;
  clientId: string;
  clientSecret: string;
  webhookId: string;
  /** Where events go; asked anew for each attempt. */
  webhookUrl: () => string;
  /** Keeps batches, items, orders and what became of them, and undelivered events between runs. */
  dataFile?: string;
};

/**
 * Speaks enough of PayPal's API to send payouts and to take payments, and signs events as PayPal does, with a certificate
 * that it serves itself. An item is paid by itself a moment after it was taken in. Beside the controls of `commonControls`
 * and `saleControls`:
 * - `POST /_control/payouts` `{autoComplete?, delayMs?, refuseNext?: {status, name, message, count}, invalidReceivers?}` sets
 *   whether and when items are paid by themselves, lets the next payout requests be refused, for example with 422
 *   INSUFFICIENT_FUNDS, and says which receivers every request is refused for that names them;
 * - `POST /_control/payouts-batches/:id/{deny|cancel}` ends a batch as a whole, named by the sender's id or PayPal's;
 * - `POST /_control/payouts-items/:id/{complete|fail|return|unclaim|hold|block|refund|reverse|cancel}` moves an item, named
 *   by the sender's id or PayPal's, and answers it; 409 when its state does not allow that;
 * - `GET /_control/books` lists every item with its amount, its state and how often it was paid, and the totals;
 * - `POST /_control/reports` `{maximumItems}` sets how many transactions of one period PayPal lists;
 * - `POST /_control/tokens` `{lifetimeSeconds?}` revokes all OAuth tokens and sets how long new ones last;
 *   `GET /_control/tokens` says how many were given.
 */
export async function startPayPalSimulator(options: PayPalSimulatorOptions): Promise<SimulatorServer> {
  const file = openRecordFile(options.dataFile);
  const { webhookId, webhookUrl } = options;
  const signer = await createPayPalSigner({ webhookId, url });
  const undelivered = file.records<QueuedEvent>('event');
  const courier = new Courier({ webhookUrl, headersFor: signer.headersFor, undelivered });

  type Sent = AnyEvent & { resourceType?: string };
  function sendEvent({ type, object, resourceType = 'payouts_item', id = newEventId() }: Sent): { id: string } {
    const event = eventShape({ id, type, resourceType, resource: object });
    courier.send({ eventId: id, type, body: JSON.stringify(event) });
    return { id };
  }

  const books = createPayPalBooks({
    batches: file.records<SimulatedBatch>('batch'),
    items: file.records<SimulatedItem>('item'),
    announce: (type, item) => void sendEvent({ type, object: itemShape(item, url()) }),
  });
  const sales = createPayPalSales({
    records: {
      orders: file.records<SimulatedOrder>('order'),
      captures: file.records<SimulatedCapture>('capture'),
      refunds: file.records<SimulatedRefund>('refund'),
      disputes: file.records<SimulatedDispute>('dispute'),
    },
    announce: (event) => void sendEvent(event),
    url,
  });
  const receivers = simulateReceivers(books);
  const tokens = createPayPalTokens(options);
  const api = payPalApi({
    books,
    tokens,
    url,
    nextRefusal: receivers.nextRefusal,
    isValidReceiver: receivers.isValid,
    onAccepted: receivers.take,
  });
  const salesApi = payPalSalesApi({ sales, tokens, answers: file.records<RememberedSale>('request'), url });
  const reports = payPalReports(sales, tokens);
  const { routes, faults } = withFaults([...api, ...salesApi, reports.route], {
    serverError: () => payPalError(500, { name: 'INTERNAL_ERROR', message: 'An internal service error has occurred.' }),
    rateLimited: () => payPalError(429, { name: 'RATE_LIMIT_REACHED', message: 'Too many requests.' }),
    busy: () => payPalError(409, { name: 'RESOURCE_CONFLICT', message: 'The server has detected a conflict.' }),
  });
  const controls = [
    ...receivers.controls,
    ...itemControls(books, url),
    ...tokenControls(tokens),
    ...saleControls(sales),
    reports.control,
  ];
  const server = await startSimulatorServer({
    port: options.port,
    routes: [tokens.route, signer.route, ...routes, ...controls, ...commonControls({ courier, faults, sendEvent })],
    notFound: noSuchResource,
  });
  courier.resume();
  receivers.take(books.items().filter(({ status }) => status === 'PENDING'));

  function url(): string {
    return server.url;
  }

  return {
    url: server.url,
    close() {
      receivers.stop();
      courier.stop();
      return server.close();
    },
  };
}

function newEventId(): string {
  return `WH-${newPayPalId(17)}-${newPayPalId(17)}`;
}
