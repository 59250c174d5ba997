import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import Stripe from 'stripe';
import { startStripeSimulator } from '../../infra/local/simulators/stripe.ts';
import { type Catalog, openCatalog, putVersion } from '../../shared/catalog/catalog.ts';
import { catalogDefaults } from '../../shared/catalog/defaults.ts';
import type { CatalogValue } from '../../shared/catalog/schemas.ts';
import type { HttpAnswer } from '../../shared/http/problem.ts';
import { webhook } from '../../shared/http/webhook.ts';
import { newId } from '../../shared/identifiers.ts';
import { createStripePayments, type StripePayments } from '../../shared/providers/stripe.ts';
import { createRecharge, type Ordered } from '../../shared/recharges/create-recharge.ts';
import type { PaymentProviders } from '../../shared/recharges/payment-provider.ts';
import type { CreateRecharge } from '../../shared/recharges/quote-recharge.ts';
import { receiveStripeEvent } from '../../shared/recharges/receive-stripe-event.ts';
import { stripeProvider } from '../../shared/recharges/stripe-provider.ts';
import { type SweepReport, sweepRecharges } from '../../shared/recharges/sweep-recharges.ts';
import { isRefusal, type Refusal } from '../../shared/refusals.ts';
import {
  type ProviderEvent,
  parseProviderEvent,
  parseRecharge,
  type Recharge,
} from '../../shared/store/items/recharge.ts';
import { parseWallet, type Wallet } from '../../shared/store/items/wallet.ts';
import { parseWalletEntry, type WalletEntry } from '../../shared/store/items/wallet-entry.ts';
import { providerEventKey, rechargeKey, walletEntryKey, walletKey } from '../../shared/store/keys.ts';
import { readItem } from '../../shared/store/read.ts';
import type { Item, Table } from '../../shared/store/table.ts';
import { updateIf } from '../../shared/store/write.ts';
import { putUser } from '../../shared/users/put-user.ts';
import { look, steer } from '../providers/webhook-receiver.ts';
import { freshLedger } from '../support/ledger.ts';

export const apiKey = 'sk_test_shop';
export const webhookSecret = 'whsec_shop';

export type Shop = {
  ledger: Table;
  catalog: Catalog;
  payments: StripePayments;
  providers: PaymentProviders;
  stripeUrl: string;
  close(): Promise<void>;
};

type WebhookHandler = (event: APIGatewayProxyEventV2) => Promise<HttpAnswer>;

export type Tables = { ledger: Table; catalog: Table };

/** Empty tables with the default catalogue, and a Stripe whose events reach the webhook over HTTP. */
export async function openShop(tables?: Tables): Promise<Shop> {
  const { ledger, catalog: catalogTable } = tables ?? (await freshLedger());
  const catalog = openCatalog(catalogTable);
  const gate = await startGate((event) => webhookOf({ ledger, catalog })(event));
  const stripe = await startStripeSimulator({ apiKey, webhookSecret, webhookUrl: () => gate.url });
  const payments = createStripePayments({ apiKey, apiUrl: stripe.url, timeoutSeconds: 1 });
  return {
    ledger,
    catalog,
    payments,
    providers: { stripe: async () => stripeProvider(payments) },
    stripeUrl: stripe.url,
    async close() {
      await stripe.close();
      await gate.close();
    },
  };
}

/** The webhook as its function has it, over the given tables. */
export function webhookOf({ ledger, catalog }: Pick<Shop, 'ledger' | 'catalog'>): WebhookHandler {
  const handler = webhook('receiveStripeEvent', ({ rawBody, headers, now }) => {
    const delivery = { rawBody, signatureHeader: headers['stripe-signature'], webhookSecret, now };
    return receiveStripeEvent({ ledger, catalog }, delivery);
  });
  return (event) => handler(event, {} as Context) as Promise<HttpAnswer>;
}

/** A gateway with one route: hands each request to the handler, with the body as base64, as gateways may. */
export async function startGate(handler: WebhookHandler): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const body = Buffer.concat(chunks).toString('base64');
    const { statusCode, body: answer } = await handler({ ...webhookRequest(body, headers), isBase64Encoded: true });
    response.writeHead(statusCode).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** What the gateway hands to a webhook's function, as far as it is read. */
export function webhookRequest(body: string, headers: Record<string, string>): APIGatewayProxyEventV2 {
  const requestContext = { requestId: 'request-1' } as APIGatewayProxyEventV2['requestContext'];
  return { headers, requestContext, body, isBase64Encoded: false } as APIGatewayProxyEventV2;
}

let people = 0;

/** Registers an adult without coins. */
export async function newFan(
  { ledger, catalog }: Pick<Shop, 'ledger' | 'catalog'>,
  region = 'US',
  now = new Date(),
): Promise<string> {
  people += 1;
  const userId = `fan-${people}`;
  const user = await putUser({ ledger, catalog }, { userId, region, birthDate: '1995-04-12', now });
  if (isRefusal(user)) throw new Error(user.detail);
  return userId;
}

export function purchase(userId: string, change: Partial<CreateRecharge> = {}): CreateRecharge {
  const rechargeId = newId(new Date());
  return { rechargeId, userId, packageId: 'us-app-1000', channel: 'app', provider: 'stripe', ...change };
}

/** Stripe's own page. */
export const sessionCheckout = {
  type: 'session',
  successUrl: 'https://app.example/ok',
  cancelUrl: 'https://app.example/no',
} as const;

export type Bought = Ordered & { paymentId: string; clientSecret?: string };

/** Opens a checkout that must succeed. */
export async function buy(shop: Shop, command: CreateRecharge, now = new Date()): Promise<Bought> {
  return opened(await createRecharge(shop, command, now));
}

export function opened(ordered: Ordered | Refusal): Bought {
  if (isRefusal(ordered)) throw new Error(`refused: ${ordered.code}`);
  const { paymentId } = ordered.order;
  if (paymentId === undefined) throw new Error('the order has no payment');
  const clientSecret = ordered.checkout?.provider === 'stripe' ? ordered.checkout.clientSecret : undefined;
  return { ...ordered, paymentId, ...(clientSecret !== undefined && { clientSecret }) };
}

export function codeOf(result: Ordered | Refusal): string {
  return isRefusal(result) ? result.code : 'opened';
}

/** The buyer pays at Stripe, which says nothing about it unless told to. */
export async function payQuietly(shop: Shop, paymentId: string, received: object = {}): Promise<Payment> {
  return steer<Payment>(shop.stripeUrl, `payment_intents/${paymentId}/pay`, { webhook: false, ...received });
}

export type Payment = { id: string; metadata: Record<string, string> };

/** The ids of all payments that Stripe has for a recharge. */
export async function paymentsOf(shop: Shop, rechargeId: string): Promise<string[]> {
  const { paymentIntents } = await look<{ paymentIntents: Payment[] }>(shop.stripeUrl, 'payment_intents');
  return paymentIntents.filter(({ metadata }) => metadata.rechargeId === rechargeId).map(({ id }) => id);
}

/** An event as Stripe would send it; `object` is the payment. */
export function stripeEvent(type: string, object: object, id = `evt_${newId(new Date())}`): string {
  const created = Math.floor(Date.now() / 1000);
  return JSON.stringify({ id, object: 'event', api_version: '2026-10-28.endive', created, type, data: { object } });
}

/** Delivers an event with a good signature of this moment. */
export function deliver(stores: Pick<Shop, 'ledger' | 'catalog'>, payload: string): Promise<HttpAnswer> {
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret: webhookSecret });
  return webhookOf(stores)(webhookRequest(payload, { 'stripe-signature': signature }));
}

export function sweep(shop: Shop, now: Date, remainingMilliseconds = () => 60_000): Promise<SweepReport> {
  return sweepRecharges(shop, { now, remainingMilliseconds });
}

export function minutesAfter(moment: Date | string, minutes: number): Date {
  return new Date(new Date(moment).getTime() + minutes * 60_000);
}

export async function orderOf({ ledger }: Shop, rechargeId: string): Promise<Recharge> {
  const item = await readItem(ledger, rechargeKey(rechargeId));
  if (!item) throw new Error(`no order ${rechargeId}`);
  return parseRecharge(item);
}

export async function walletOf({ ledger }: Shop, userId: string): Promise<Wallet> {
  const item = await readItem(ledger, walletKey(userId));
  if (!item) throw new Error(`no wallet ${userId}`);
  return parseWallet(item);
}

export async function entryOf(
  { ledger }: Shop,
  { rechargeId, userId }: CreateRecharge,
): Promise<WalletEntry | undefined> {
  const item = await readItem(ledger, walletEntryKey({ userId, flow: 'recharge', entryId: rechargeId }));
  return item && parseWalletEntry(item);
}

export async function eventOf({ ledger }: Shop, eventId: string): Promise<ProviderEvent | undefined> {
  const item = await readItem(ledger, providerEventKey({ provider: 'stripe', eventId }));
  return item && parseProviderEvent(item);
}

/** A catalogue of its own in which packages are as `change` makes them. */
export async function catalogWith(change: (packages: CatalogValue<'packages'>) => void): Promise<Catalog> {
  const { catalog: table } = await freshLedger();
  const value = structuredClone(catalogDefaults.packages);
  change(value);
  await putVersion(table, 'packages', { version: 'changed', effectiveAt: '2001-01-01T00:00:00.000Z', value });
  return openCatalog(table);
}

/** Puts a wallet into a state that takes long to reach otherwise. */
export async function changeWallet({ ledger }: Shop, userId: string, change: Item): Promise<void> {
  const names = Object.keys(change);
  const { applied } = await updateIf(ledger, {
    Key: walletKey(userId),
    ConditionExpression: 'attribute_exists(pk)',
    UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, change[name]])),
  });
  if (!applied) throw new Error(`no wallet ${userId}`);
}
