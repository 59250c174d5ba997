import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { localClientConfig } from '../../infra/local/credentials.ts';
import { auditCloud } from '../../infra/local/print-books.ts';
import type { ProviderName } from '../../shared/providers/payment.ts';
import { connectTable, type Table } from '../../shared/store/table.ts';
import { look, steer } from '../providers/webhook-receiver.ts';
import { eventually, type TestCloud } from './cloud.ts';

/** A fan's order through the API, with what each provider needs to be paid. */
export type Order = { userId: string; rechargeId: string; provider: ProviderName; checkout: Record<string, string> };

type Wish = { userId?: string; region?: string; packageId?: string; key?: string };

let people = 0;

/** Registers an adult through the API. */
export async function newPerson({ api }: TestCloud, region = 'US'): Promise<string> {
  people += 1;
  const userId = `person-${people}`;
  expectStatus(200, await api.put(`/v1/users/${userId}`, { region, birthDate: '1995-04-12' }));
  return userId;
}

/** Orders a package, 1,000 coins unless said otherwise. */
export async function orderAt(cloud: TestCloud, provider: ProviderName, wish: Wish = {}): Promise<Order> {
  const userId = wish.userId ?? (await newPerson(cloud, wish.region));
  const body = { userId, packageId: wish.packageId ?? 'us-app-1000', channel: 'app', provider };
  const { status, body: made } = await cloud.api.post('/v1/recharges', body, wish.key ? { key: wish.key } : {});
  if (status !== 201 && status !== 200) throw new Error(`${status}: ${JSON.stringify(made)}`);
  return { userId, rechargeId: String(made.rechargeId), provider, checkout: made.checkout as Record<string, string> };
}

/** What the buyer's payment is called at its provider; `token` names it where the provider wants that instead. */
export type Paid = { id: string; token?: string; receipt?: string };

/** The buyer pays at the provider, which tells of it unless it is to keep silent. */
export async function pay(
  cloud: TestCloud,
  order: Order,
  { webhook = true, ...change }: { webhook?: boolean } & Record<string, unknown> = {},
): Promise<Paid> {
  const { checkout, rechargeId, provider } = order;
  const url = cloud.simulators[provider];
  const body = { webhook, ...change };
  switch (provider) {
    case 'stripe':
      await steer(url, `payment_intents/${checkout.paymentIntentId}/pay`, body);
      return { id: checkout.paymentIntentId ?? '' };
    case 'paypal':
      await steer(url, `orders/${checkout.orderId}/approve`, body);
      return { id: checkout.orderId ?? '' };
    case 'apple': {
      type Bought = { transactionId: string; signedTransaction: string };
      const { productId } = checkout;
      const bought = await steer<Bought>(url, 'transactions', { productId, appAccountToken: rechargeId, ...body });
      return { id: bought.transactionId, receipt: bought.signedTransaction };
    }
    case 'google': {
      type Bought = { purchaseToken: string; orderId: string };
      const { productId } = checkout;
      const bought = await steer<Bought>(url, 'purchases', { productId, obfuscatedAccountId: rechargeId, ...body });
      return { id: bought.orderId, token: bought.purchaseToken };
    }
  }
}

/** An order that is paid and whose coins are there. */
export async function bought(cloud: TestCloud, provider: ProviderName, wish: Wish = {}): Promise<Order & Paid> {
  const order = await orderAt(cloud, provider, wish);
  const paid = await pay(cloud, order);
  await becomes(cloud, order, 'paid');
  return { ...order, ...paid };
}

export async function stateOf({ api }: TestCloud, { rechargeId }: Pick<Order, 'rechargeId'>): Promise<unknown> {
  return (await api.get(`/v1/recharges/${rechargeId}`)).body.state;
}

export function becomes(cloud: TestCloud, order: Pick<Order, 'rechargeId'>, state: string): Promise<void> {
  return eventually(`the recharge is ${state}`, async () => (await stateOf(cloud, order)) === state);
}

/** What of a wallet payments move. */
export async function balanceOf({ api }: TestCloud, { userId }: Pick<Order, 'userId'>): Promise<object> {
  const { paidCoins, owedCoins, status } = (await api.get(`/v1/users/${userId}/wallet`)).body;
  return { paidCoins, owedCoins, status };
}

/** Waits until a provider has delivered all that it announced. */
export async function allDelivered(cloud: TestCloud, provider: ProviderName): Promise<void> {
  type Listed = { deliveries: { state: string }[] };
  await eventually(`${provider} has delivered everything`, async () => {
    const { deliveries } = await look<Listed>(cloud.simulators[provider], 'deliveries');
    return deliveries.every(({ state }) => state === 'delivered');
  });
}

/** What the audit finds wrong, and sums that are not zero. */
export async function troublesOf(cloud: TestCloud): Promise<unknown[]> {
  const { differences, unsettled, unconfirmed, sums } = await auditCloud(cloud);
  const unbalanced = Object.entries(sums).filter(([, sum]) => sum !== 0);
  return [...differences, ...unsettled, ...unbalanced, ...(unconfirmed > 0 ? [{ unconfirmed }] : [])];
}

/** The ledger itself, for what only time or an accident does to it. */
export async function inLedger<Result>(cloud: TestCloud, act: (ledger: Table) => Promise<Result>): Promise<Result> {
  const client = new DynamoDBClient(localClientConfig(cloud.dynamodbUrl));
  try {
    return await act(connectTable(cloud.tableName, client));
  } finally {
    client.destroy();
  }
}

function expectStatus(expected: number, { status, body }: { status: number; body: unknown }): void {
  if (status !== expected) throw new Error(`${status} and not ${expected}: ${JSON.stringify(body)}`);
}
