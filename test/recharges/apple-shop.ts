import { generateKeyPairSync } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { startAppleSimulator } from '../../infra/local/simulators/apple.ts';
import {
  type AppleAuthority,
  createAppleAuthority,
  signAsApple,
} from '../../infra/local/simulators/apple-authority.ts';
import type { SimulatedTransaction } from '../../infra/local/simulators/apple-books.ts';
import type { HttpAnswer } from '../../shared/http/problem.ts';
import { webhook } from '../../shared/http/webhook.ts';
import { createAppleTransactions } from '../../shared/providers/apple-api.ts';
import { createAppleVerifier } from '../../shared/providers/apple-signed-data.ts';
import type { Apple } from '../../shared/recharges/apple-connection.ts';
import { appleProvider } from '../../shared/recharges/apple-provider.ts';
import { createRecharge } from '../../shared/recharges/create-recharge.ts';
import type { CreateRecharge } from '../../shared/recharges/quote-recharge.ts';
import { receiveAppleEvent } from '../../shared/recharges/receive-apple-event.ts';
import { receiveAppleTransaction } from '../../shared/recharges/receive-apple-transaction.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { type ProviderEvent, parseProviderEvent } from '../../shared/store/items/recharge.ts';
import { providerEventKey } from '../../shared/store/keys.ts';
import { readItem } from '../../shared/store/read.ts';
import { look, steer } from '../providers/webhook-receiver.ts';
import { newFan, openShop, purchase, type Shop, startGate, type Tables, webhookRequest } from './shop.ts';

/** What the secret of an app holds, but for the roots. */
export const appleApp = {
  bundleId: 'app.tributary.test',
  appAppleId: '1234567890',
  issuerId: '57246542-96fe-1a63-e053-0824d011072a',
  keyId: '2X9R4HXF34',
  privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString(),
};

export type AppleShop = Shop & { appleUrl: string; authority: AppleAuthority; apple: Apple };

/** A shop with an App Store whose notifications reach the webhook over HTTP. */
export async function openAppleShop(
  environment: 'Sandbox' | 'Production' = 'Sandbox',
  tables?: Tables,
): Promise<AppleShop> {
  const shop = await openShop(tables);
  const authority = createAppleAuthority();
  const verifier = createAppleVerifier({ ...appleApp, rootCertificates: authority.chain[2], environment });
  const gate = await startGate((event) => notified(event));
  const simulator = await startAppleSimulator({ ...appleApp, environment, authority, webhookUrl: () => gate.url });
  const connection = { ...appleApp, apiUrl: simulator.url, environment, timeoutSeconds: 1 };
  const apple = { verifier, transactions: createAppleTransactions(connection, verifier) };
  const appleShop: AppleShop = {
    ...shop,
    providers: { ...shop.providers, apple: async () => appleProvider(apple.transactions) },
    appleUrl: simulator.url,
    ...{ authority, apple },
    async close() {
      await simulator.close();
      await gate.close();
      await shop.close();
    },
  };
  const notified = appleWebhookOf(appleShop);
  return appleShop;
}

/** The webhook as its function has it. */
function appleWebhookOf({ ledger, catalog, apple }: Pick<AppleShop, 'ledger' | 'catalog' | 'apple'>) {
  const handler = webhook('receiveAppleEvent', ({ rawBody, now }) =>
    receiveAppleEvent({ ledger, catalog, apple }, { rawBody, now }),
  );
  return (event: ReturnType<typeof webhookRequest>) => handler(event, {} as Context) as Promise<HttpAnswer>;
}

export type AppleOrder = { command: CreateRecharge; userId: string; rechargeId: string; productId: string };

/** A fan's open order of 1,000 coins, to be bought in the App Store. */
export async function appleOrder(shop: AppleShop, change: Partial<CreateRecharge> = {}): Promise<AppleOrder> {
  const userId = change.userId ?? (await newFan(shop));
  const command = purchase(userId, { provider: 'apple', ...change });
  const ordered = await createRecharge(shop, command, new Date());
  if (isRefusal(ordered)) throw new Error(`refused: ${ordered.code}`);
  if (ordered.checkout?.provider !== 'apple') throw new Error('no checkout of the App Store');
  const { rechargeId } = command;
  return { command, userId, rechargeId, productId: ordered.checkout.productId };
}

export type AppleReceipt = SimulatedTransaction & { signedTransaction: string };

/** The buyer buys on the device; Apple keeps silent about it unless told otherwise. */
export function buyOnDevice(
  shop: AppleShop,
  { productId, rechargeId }: Pick<AppleOrder, 'productId' | 'rechargeId'>,
  change: object = {},
): Promise<AppleReceipt> {
  return steer(shop.appleUrl, 'transactions', { productId, appAccountToken: rechargeId, webhook: false, ...change });
}

/** The app hands in a receipt: `paid`, or why it was refused. */
export async function handIn(shop: AppleShop, rechargeId: string, signedTransaction: string): Promise<string> {
  const { ledger, catalog, apple } = shop;
  const receipt = { rechargeId, signedTransaction, now: new Date() };
  const taken = await receiveAppleTransaction({ ledger, catalog, verifier: apple.verifier }, receipt);
  if (!isRefusal(taken)) return taken.state;
  return 'reason' in taken.facts ? `${taken.code}: ${taken.facts.reason}` : taken.code;
}

type Told = { type: string; transaction?: object; uuid?: string; at?: Date; authority?: AppleAuthority; data?: object };

/** A notification as Apple would send it, about a transaction as it is given. */
export function notification(shop: AppleShop, { type, transaction, uuid, at, authority, data }: Told): string {
  const signer = authority ?? shop.authority;
  const signedDate = (at ?? new Date()).getTime();
  const payload = {
    notificationType: type,
    notificationUUID: uuid ?? crypto.randomUUID(),
    version: '2.0',
    signedDate,
    data: {
      appAppleId: Number(appleApp.appAppleId),
      bundleId: appleApp.bundleId,
      environment: 'Sandbox',
      ...(transaction && { signedTransactionInfo: signAsApple(signer, { ...transaction, signedDate }) }),
      ...data,
    },
  };
  return JSON.stringify({ signedPayload: signAsApple(signer, payload) });
}

/** Delivers a notification; gives the status of the answer. */
export async function notify(shop: AppleShop, body: string): Promise<number> {
  return (await appleWebhookOf(shop)(webhookRequest(body, {}))).statusCode;
}

/** Delivers until it is taken, as Apple does for three days. */
export async function notifyUntilTaken(shop: AppleShop, body: string): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) if ((await notify(shop, body)) === 200) return;
  throw new Error('The notification was never taken.');
}

/** The store does something with a purchase, and says so over HTTP. */
export function atStore(shop: AppleShop, transactionId: string, verb: string, change: object = {}): Promise<unknown> {
  return steer(shop.appleUrl, `transactions/${transactionId}/${verb}`, change);
}

type Listed = { deliveries: { eventId: string; type: string; state: string; attempts: { status?: number }[] }[] };

/** Waits until the simulator's notifications are all taken; gives the ids of those of one type. */
export async function delivered(shop: AppleShop, type: string): Promise<string[]> {
  for (;;) {
    const { deliveries } = await look<Listed>(shop.appleUrl, 'deliveries');
    if (deliveries.every(({ state }) => state === 'delivered'))
      return deliveries.filter((delivery) => delivery.type === type).map(({ eventId }) => eventId);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export async function appleEventOf({ ledger }: Shop, eventId: string): Promise<ProviderEvent | undefined> {
  const item = await readItem(ledger, providerEventKey({ provider: 'apple', eventId }));
  return item && parseProviderEvent(item);
}
