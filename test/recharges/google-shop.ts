import { generateKeyPairSync } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { onTestFinished } from 'vitest';
import { type GoogleSimulator, startGoogleSimulator } from '../../infra/local/simulators/google.ts';
import type { Money } from '../../infra/local/simulators/google-books.ts';
import { openCatalog } from '../../shared/catalog/catalog.ts';
import type { HttpAnswer } from '../../shared/http/problem.ts';
import { webhook } from '../../shared/http/webhook.ts';
import { createPushVerifier } from '../../shared/providers/google-auth.ts';
import { createGooglePlay } from '../../shared/providers/google-play.ts';
import { createRecharge } from '../../shared/recharges/create-recharge.ts';
import { googleProvider } from '../../shared/recharges/google-provider.ts';
import { listGoogleVoids, type VoidsReport } from '../../shared/recharges/list-google-voids.ts';
import { receiveGoogleEvent } from '../../shared/recharges/receive-google-event.ts';
import type { GoogleStores } from '../../shared/recharges/receive-google-purchase.ts';
import { receiveSentPurchase } from '../../shared/recharges/receive-sent-google-purchase.ts';
import { type GoogleSweepReport, sweepGooglePurchases } from '../../shared/recharges/sweep-google-purchases.ts';
import { isRefusal, type Refusal } from '../../shared/refusals.ts';
import {
  type ProviderEvent,
  parseProviderEvent,
  parseRecharge,
  type Recharge,
} from '../../shared/store/items/recharge.ts';
import { parseWallet, type Wallet } from '../../shared/store/items/wallet.ts';
import { providerEventKey, rechargeKey, walletKey } from '../../shared/store/keys.ts';
import { readItem } from '../../shared/store/read.ts';
import { look, steer } from '../providers/webhook-receiver.ts';
import { freshLedger } from '../support/ledger.ts';
import { newFan, purchase, startGate, type Tables, webhookRequest } from './shop.ts';

export const packageName = 'app.tributary.test';
const pushServiceAccount = 'play-push@test.iam.gserviceaccount.com';
const clientEmail = 'tributary@test.iam.gserviceaccount.com';
const { privateKey: generated } = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const serviceAccount = {
  clientEmail,
  privateKey: generated.export({ type: 'pkcs8', format: 'pem' }).toString(),
};

export type GoogleShop = GoogleStores & {
  google: GoogleSimulator;
  webhookUrl: string;
  /** The webhook's function, for a delivery with this token. */
  push(body: string, authorization?: string): Promise<HttpAnswer>;
  close(): Promise<void>;
};

/** Empty tables with the default catalogue, and a Google Play whose notifications reach the webhook over HTTP. */
export async function openGoogleShop({
  creditsTests = false,
  tables,
}: {
  creditsTests?: boolean;
  tables?: Tables;
} = {}): Promise<GoogleShop> {
  const { ledger, catalog: catalogTable } = tables ?? (await freshLedger());
  const catalog = openCatalog(catalogTable);
  const gate = await startGate((event) => handle(event));
  const google = await startGoogleSimulator({
    packageName,
    pushServiceAccount,
    ...serviceAccount,
    webhookUrl: () => gate.url,
  });
  const play = createGooglePlay({
    ...serviceAccount,
    packageName,
    apiUrl: google.url,
    tokenUrl: google.tokenUrl,
    timeoutSeconds: 2,
  });
  const { certsUrl } = google;
  const verify = createPushVerifier({
    certsUrl,
    audience: gate.url,
    serviceAccount: pushServiceAccount,
    timeoutSeconds: 2,
  });
  const stores = { ledger, catalog, play, creditsTests };
  const handler = webhook('receiveGoogleEvent', ({ rawBody, headers, now }) =>
    receiveGoogleEvent(stores, { rawBody, authorization: headers.authorization, verify, packageName, now }),
  );
  const handle = (event: Parameters<typeof handler>[0]) => handler(event, {} as Context) as Promise<HttpAnswer>;
  return {
    ...stores,
    google,
    webhookUrl: gate.url,
    push: (body, authorization) => handle(webhookRequest(body, authorization === undefined ? {} : { authorization })),
    async close() {
      await google.close();
      await gate.close();
    },
  };
}

export type Ordered = { rechargeId: string; userId: string };

/** A fan orders 1,000 coins through Google Play. */
export async function order(shop: GoogleShop, userId?: string): Promise<Ordered> {
  const { ledger, catalog } = shop;
  const providers = { google: async () => googleProvider() };
  const buyer = userId ?? (await newFan(shop));
  const ordered = await createRecharge(
    { ledger, catalog, providers },
    purchase(buyer, { provider: 'google' }),
    new Date(),
  );
  if (isRefusal(ordered)) throw new Error(`refused: ${ordered.code}`);
  return { rechargeId: ordered.order.rechargeId, userId: buyer };
}

export type Bought = { purchaseToken: string; orderId?: string; consumptions: number };

type Wanted = {
  productId?: string;
  quantity?: number;
  total?: Money;
  regionCode?: string;
  pending?: boolean;
  test?: boolean;
  free?: boolean;
  webhook?: boolean;
};

/** The buyer pays at Google Play, which says nothing about it unless told to. */
export function buyAtGoogle({ google }: GoogleShop, rechargeId: string | undefined, wanted: Wanted = {}) {
  const about = rechargeId === undefined ? {} : { obfuscatedAccountId: rechargeId };
  return steer<Bought>(google.url, 'purchases', { ...about, webhook: false, ...wanted });
}

export function at({ google }: GoogleShop, { purchaseToken }: Bought) {
  const path = `purchases/${purchaseToken}`;
  return {
    complete: (body: { webhook?: boolean } = {}) => steer(google.url, `${path}/complete`, { webhook: false, ...body }),
    cancel: (body: { webhook?: boolean } = {}) => steer(google.url, `${path}/cancel`, { webhook: false, ...body }),
    refund: (body: { quantity?: number; webhook?: boolean } = {}) =>
      steer(google.url, `${path}/refund`, { webhook: false, ...body }),
    forget: () => steer(google.url, `${path}/forget`),
    async consumptions(): Promise<number | undefined> {
      const { purchases } = await look<{ purchases: Bought[] }>(google.url, 'purchases');
      return purchases.find((one) => one.purchaseToken === purchaseToken)?.consumptions;
    },
  };
}

export function send(shop: GoogleShop, { rechargeId }: Ordered, { purchaseToken }: Bought, now = new Date()) {
  return receiveSentPurchase(shop, { rechargeId, purchaseToken, now });
}

/** What the app gets for a token: the recharge's state, or why not. */
export function answerOf(result: Recharge | Refusal): string {
  return isRefusal(result) ? `${result.code}: ${String(result.facts.reason)}` : result.state;
}

let messages = 0;

/** The body of a push about a purchase, as Pub/Sub makes it. */
export function message(notification: object, id = `message-${++messages}`, about = packageName): string {
  const news = { version: '1.0', packageName: about, eventTimeMillis: String(Date.now()), ...notification };
  const data = Buffer.from(JSON.stringify(news)).toString('base64');
  return JSON.stringify({
    message: { data, messageId: id, message_id: id },
    subscription: 'projects/p/subscriptions/s',
  });
}

export function purchased({ purchaseToken }: Bought): object {
  return {
    oneTimeProductNotification: { version: '1.0', notificationType: 1, purchaseToken, sku: 'coins.us.app.1000' },
  };
}

export function canceled({ purchaseToken }: Bought): object {
  return {
    oneTimeProductNotification: { version: '1.0', notificationType: 2, purchaseToken, sku: 'coins.us.app.1000' },
  };
}

export function voided({ purchaseToken, orderId }: Bought): object {
  return { voidedPurchaseNotification: { purchaseToken, orderId, productType: 2, refundType: 1 } };
}

/** Delivers a notification with a good token of this moment; the status of the answer. */
export async function deliver(shop: GoogleShop, body: string, claims: object = {}): Promise<number> {
  const { token } = await steer<{ token: string }>(shop.google.url, 'push_tokens', claims);
  return (await shop.push(body, `Bearer ${token}`)).statusCode;
}

export function sweep(shop: GoogleStores, now: Date): Promise<GoogleSweepReport> {
  return sweepGooglePurchases(shop, { now, remainingMilliseconds: () => 60_000 });
}

export function listVoids(shop: GoogleStores, now = new Date()): Promise<VoidsReport> {
  return listGoogleVoids(shop, { now, remainingMilliseconds: () => 60_000 });
}

export async function orderOf({ ledger }: GoogleStores, { rechargeId }: Ordered): Promise<Recharge> {
  const item = await readItem(ledger, rechargeKey(rechargeId));
  if (!item) throw new Error(`no order ${rechargeId}`);
  return parseRecharge(item);
}

export async function walletOf({ ledger }: GoogleStores, { userId }: Pick<Ordered, 'userId'>): Promise<Wallet> {
  const item = await readItem(ledger, walletKey(userId));
  if (!item) throw new Error(`no wallet ${userId}`);
  return parseWallet(item);
}

export async function eventOf({ ledger }: GoogleStores, eventId: string): Promise<ProviderEvent | undefined> {
  const item = await readItem(ledger, providerEventKey({ provider: 'google', eventId }));
  return item && parseProviderEvent(item);
}

/** A shop for one test alone. */
export async function shopOfTest(options: { creditsTests?: boolean } = {}): Promise<GoogleShop> {
  const shop = await openGoogleShop(options);
  onTestFinished(() => shop.close());
  return shop;
}
