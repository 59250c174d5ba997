import type { Context } from 'aws-lambda';
import { startPayPalSimulator } from '../../infra/local/simulators/paypal.ts';
import { createPayPalSigner } from '../../infra/local/simulators/paypal-signature.ts';
import type { HttpAnswer } from '../../shared/http/problem.ts';
import { webhook } from '../../shared/http/webhook.ts';
import { newId } from '../../shared/identifiers.ts';
import { receivePayPalEvent } from '../../shared/payouts/receive-paypal-event.ts';
import { createPayPalPayouts } from '../../shared/providers/paypal-client.ts';
import { createPayPalOrders, type PayPalOrders } from '../../shared/providers/paypal-orders.ts';
import { createPayPalWebhookReader } from '../../shared/providers/paypal-webhook.ts';
import { payPalProvider } from '../../shared/recharges/paypal-provider.ts';
import { type ProviderEvent, parseProviderEvent } from '../../shared/store/items/recharge.ts';
import { providerEventKey } from '../../shared/store/keys.ts';
import { readItem } from '../../shared/store/read.ts';
import type { Table } from '../../shared/store/table.ts';
import { look, steer } from '../providers/webhook-receiver.ts';
import {
  type Bought,
  buy,
  newFan,
  openShop,
  purchase,
  type Shop,
  startGate,
  type Tables,
  webhookRequest,
} from './shop.ts';

const credentials = { clientId: 'client', clientSecret: 'secret' };
const webhookId = 'WH-SHOP';
const testOrigin = 'https://api.paypal.test';

export type PayPalEvent = { id: string; type: string; resource: unknown };
type WebhookHandler = (request: ReturnType<typeof webhookRequest>) => Promise<HttpAnswer>;

export type PayPalShop = Shop & {
  orders: PayPalOrders;
  payPalUrl: string;
  webhookUrl: string;
  /** The webhook as its function has it. */
  received: WebhookHandler;
  /** Hands an event to the webhook, signed as PayPal signs; gives the answer's status. */
  deliver(event: PayPalEvent): Promise<number>;
  /** The same over a ledger that is meddled with. */
  deliverOver(ledger: Table, event: PayPalEvent): Promise<number>;
};

/** A shop that takes PayPal too, whose events reach the webhook over HTTP. */
export async function openPayPalShop(tables?: Tables): Promise<PayPalShop> {
  const shop = await openShop(tables);
  const gate = await startGate((event) => received(event));
  const webhookUrl = () => gate.url;
  const simulator = await startPayPalSimulator({ ...credentials, webhookId, webhookUrl });
  const connection = { ...credentials, apiUrl: simulator.url, timeoutSeconds: 1 };
  const orders = createPayPalOrders(connection);
  const signer = await createPayPalSigner({ webhookId, url: () => testOrigin });
  const webhooks = createPayPalWebhookReader({
    webhookId,
    certificateOrigins: [simulator.url, testOrigin],
    fetchCertificate: async (url) => {
      if (url.origin !== testOrigin) return (await fetch(url)).text();
      const reply = await signer.route.handle({} as never);
      return 'body' in reply ? String(reply.body) : undefined;
    },
  });
  const paypal = { payouts: createPayPalPayouts(connection), orders, webhooks };
  const receivedOver = (ledger: Table): WebhookHandler => {
    const handler = webhook('receivePayPalEvent', async (delivery) => {
      await receivePayPalEvent({ ledger, catalog: shop.catalog, paypal }, delivery);
      return undefined;
    });
    return (event) => handler(event, {} as Context) as Promise<HttpAnswer>;
  };
  const received = receivedOver(shop.ledger);
  const deliverOver = async (ledger: Table, { id, type, resource }: PayPalEvent) => {
    const body = JSON.stringify({ id, event_type: type, resource });
    return (await receivedOver(ledger)(webhookRequest(body, signer.headersFor(body)))).statusCode;
  };
  return {
    ...shop,
    providers: { ...shop.providers, paypal: async () => payPalProvider(orders) },
    orders,
    payPalUrl: simulator.url,
    webhookUrl: gate.url,
    received,
    deliver: (event) => deliverOver(shop.ledger, event),
    deliverOver,
    async close() {
      await simulator.close();
      await gate.close();
      await shop.close();
    },
  };
}

export type PayPalSale = Bought & { userId: string; rechargeId: string };

/** An order of 1,000 coins for 12.99 dollars, or of what is named, that waits for its buyer. */
export async function ordered(shop: Shop, change: { userId?: string; packageId?: string } = {}): Promise<PayPalSale> {
  const command = purchase(change.userId ?? (await newFan(shop)), { provider: 'paypal', ...change });
  return { ...(await buy(shop, command)), userId: command.userId, rechargeId: command.rechargeId };
}

/** The buyer agrees to pay; see the simulator's `approve`. */
export function approve(shop: PayPalShop, { paymentId }: { paymentId: string }, body: object = {}): Promise<object> {
  return steer(shop.payPalUrl, `orders/${paymentId}/approve`, body);
}

type Listed = {
  orders: { id: string; status: string; unit: { custom_id?: string } }[];
  captures: { id: string; orderId: string; amount: { value: string } }[];
};

export function payPalOf(shop: PayPalShop): Promise<Listed> {
  return look<Listed>(shop.payPalUrl, 'orders');
}

/** Waits until PayPal has delivered all that it announced. */
export async function allDelivered(shop: PayPalShop): Promise<boolean> {
  const { deliveries } = await look<{ deliveries: { state: string }[] }>(shop.payPalUrl, 'deliveries');
  return deliveries.every(({ state }) => state === 'delivered');
}

export async function payPalEventOf({ ledger }: Shop, eventId: string): Promise<ProviderEvent | undefined> {
  const item = await readItem(ledger, providerEventKey({ provider: 'paypal', eventId }));
  return item && parseProviderEvent(item);
}

export function eventOf(type: string, resource: unknown): PayPalEvent {
  return { id: `WH-${newId(new Date())}`, type, resource };
}

/** Hands an event over again and again until it is taken, as PayPal does for three days. */
export async function deliverUntilTaken(shop: PayPalShop, event: PayPalEvent): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) if ((await shop.deliver(event)) === 200) return;
  throw new Error(`The event ${event.type} was never taken.`);
}
