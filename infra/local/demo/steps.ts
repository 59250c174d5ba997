import { setTimeout as delay } from 'node:timers/promises';
import { type ApiAnswer, type ApiClient, apiClient } from '../api-client.ts';
import type { LocalCloud } from '../cloud.ts';
import type { Print } from '../progress.ts';

/** What a story plays on: the API as an app's back end calls it, and the other side of each payment provider. */
export type Stage = { cloud: LocalCloud; api: ApiClient; print: Print };

export function stageOf(cloud: LocalCloud, print: Print): Stage {
  return { cloud, api: apiClient(cloud), print };
}

export type ProviderOnStage = keyof LocalCloud['simulators'];

/** Lets a simulator do what buyers, banks and stores do; gives its answer. */
export async function actAt<Answer = unknown>(
  { cloud }: Stage,
  provider: ProviderOnStage,
  path: string,
  body: object = {},
): Promise<Answer> {
  const response = await fetch(`${cloud.simulators[provider]}/_control/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`The simulator of ${provider} answered ${response.status} to ${path}.`);
  return (await response.json()) as Answer;
}

export async function registerFan({ api }: Stage, userId: string): Promise<void> {
  expectStatus(200, await api.put(`/v1/users/${userId}`, { region: 'US', birthDate: '1995-04-12' }));
}

export async function registerCreator(
  { api }: Stage,
  { creatorId, ownerUserId }: { creatorId: string; ownerUserId: string },
): Promise<void> {
  const creator = { ownerUserId, region: 'US', giftsEnabled: true };
  expectStatus(200, await api.put(`/v1/creators/${creatorId}`, creator));
}

type Ordered = { rechargeId: string; checkout: Record<string, string> };

/** How a buyer pays what was ordered, at each provider. */
const pay: Record<ProviderOnStage, (stage: Stage, ordered: Ordered) => Promise<unknown>> = {
  stripe: (stage, { checkout }) => actAt(stage, 'stripe', `payment_intents/${checkout.paymentIntentId}/pay`),
  paypal: (stage, { checkout }) => actAt(stage, 'paypal', `orders/${checkout.orderId}/approve`),
  async apple(stage, { rechargeId, checkout }) {
    const { productId, appAccountToken } = checkout;
    type Receipt = { signedTransaction: string };
    const { signedTransaction } = await actAt<Receipt>(stage, 'apple', 'transactions', { productId, appAccountToken });
    await stage.api.post(`/v1/recharges/${rechargeId}/apple-transaction`, { signedTransaction });
  },
  async google(stage, { rechargeId, checkout }) {
    const { productId, obfuscatedAccountId } = checkout;
    const bought = { productId, obfuscatedAccountId };
    const { purchaseToken } = await actAt<{ purchaseToken: string }>(stage, 'google', 'purchases', bought);
    await stage.api.post(`/v1/recharges/${rechargeId}/google-purchase`, { purchaseToken });
  },
};

/** Buys 1,000 coins for 12.99 US dollars, and waits until they are there; gives the checkout that was paid. */
export async function buyThousand(
  stage: Stage,
  userId: string,
  provider: ProviderOnStage,
): Promise<Ordered['checkout']> {
  const { api } = stage;
  const order = { userId, packageId: 'us-app-1000', channel: 'app', provider };
  const ordered = expectStatus(201, await api.post('/v1/recharges', order)).body as Ordered;
  await pay[provider](stage, ordered);
  const isPaid = async () => (await api.get(`/v1/recharges/${ordered.rechargeId}`)).body.state === 'paid';
  await until('the coins arrive', isPaid);
  return ordered.checkout;
}

type Gift = {
  senderId: string;
  creatorId: string;
  gift: string;
  unitPrice: number;
  context?: { type: string; id: string };
};

/** Sends one gift in a live; gives the coins that are left. */
export async function sendGift({ api }: Stage, gift: Gift): Promise<number> {
  const context = { type: 'live', id: 'live-1' };
  const { body } = expectStatus(201, await api.post('/v1/gifts', { quantity: 1, context, ...gift }));
  return (body.wallet as { coins: number }).coins;
}

/** How a creator is paid, whose identity is verified. */
export async function putProfile(
  api: ApiClient,
  creatorId: string,
  way: { method: string; destination: { type: string; value: string } },
): Promise<void> {
  const profile = { ...way, schedule: 'none', identity: { state: 'verified' } };
  expectStatus(200, await api.put(`/v1/creators/${creatorId}/payout-profile`, profile));
}

/** Withdraws everything and waits until the provider has paid; a sentence of what became of it. */
export async function withdrawAll(api: ApiClient, creatorId: string): Promise<string> {
  const { body } = expectStatus(202, await api.post('/v1/payouts', { creatorId, diamonds: 'all' }));
  await until('the payout is paid', async () => (await api.get(`/v1/payouts/${body.payoutId}`)).body.state === 'paid');
  const [gross, fee, net] = [body.gross, body.fee, body.net].map((cash) =>
    ((cash as { amount: number }).amount / 100).toFixed(2),
  );
  return `${gross} USD less a fee of ${fee}, ${net} paid`;
}

/** A creator's diamonds, by where they are. */
export async function diamondsOf({ api }: Stage, creatorId: string): Promise<Record<string, unknown>> {
  return (await api.get(`/v1/creators/${creatorId}/earnings`)).body.diamonds as Record<string, unknown>;
}

export function expectStatus(status: number, answer: ApiAnswer): ApiAnswer {
  if (answer.status === status) return answer;
  throw new Error(`Expected the status ${status}, got ${answer.status}: ${JSON.stringify(answer.body)}`);
}

const patienceSeconds = 30;

export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + patienceSeconds * 1000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`Waited ${patienceSeconds} seconds until ${what}.`);
    await delay(100);
  }
}
