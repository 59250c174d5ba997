import { setTimeout as delay } from 'node:timers/promises';
import { type ApiClient, apiClient } from '../../infra/local/api-client.ts';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../infra/local/cloud.ts';

export type TestCloud = LocalCloud & {
  api: ApiClient;
  /** Calls the control surface of a simulator. */
  control(provider: 'stripe' | 'paypal', path: string, body?: unknown): Promise<Record<string, unknown>>;
};

/** The whole product on free ports. */
export async function startTestCloud(options: LocalCloudOptions = {}): Promise<TestCloud> {
  return withClients(await startLocalCloud(options));
}

export function withClients<Cloud extends Pick<LocalCloud, 'apiUrl' | 'tokens' | 'simulators'>>(cloud: Cloud) {
  return {
    ...cloud,
    api: apiClient(cloud),
    async control(provider: 'stripe' | 'paypal', path: string, body?: unknown): Promise<Record<string, unknown>> {
      const method = body === undefined && !path.endsWith('/pay') ? 'GET' : 'POST';
      const response = await fetch(`${cloud.simulators[provider]}/_control/${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`The simulator answered ${response.status}: ${await response.text()}`);
      return response.json() as Promise<Record<string, unknown>>;
    },
  };
}

/** Waits until something is so, or fails saying what never was. */
export async function eventually(what: string, isSo: () => Promise<boolean>, patienceSeconds = 20): Promise<void> {
  const deadline = Date.now() + patienceSeconds * 1000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`After ${patienceSeconds} s it is still not so that ${what}.`);
    await delay(100);
  }
}

type ApiCloud = Pick<TestCloud, 'api' | 'control'>;

/** Registers a fan and buys so many packages of 1,000 coins, through the API and the payment simulator. */
export async function fanWithThousands({ api, control }: ApiCloud, userId: string, thousands: number): Promise<void> {
  await api.put(`/v1/users/${userId}`, { region: 'US', birthDate: '1995-04-12' });
  for (let bought = 0; bought < thousands; bought++) {
    const order = { userId, packageId: 'us-app-1000', channel: 'app', provider: 'stripe' };
    const { body } = await api.post('/v1/recharges', order);
    await control('stripe', `payment_intents/${(body.checkout as { paymentIntentId: string }).paymentIntentId}/pay`);
    await eventually(
      'the coins are there',
      async () => (await api.get(`/v1/recharges/${body.rechargeId}`)).body.state === 'paid',
    );
  }
}

/** Registers a creator with an owner of the same name and a PayPal profile. */
export async function creatorWithProfile({ api }: ApiCloud, creatorId: string): Promise<void> {
  await api.put(`/v1/users/${creatorId}-owner`, { region: 'US', birthDate: '1990-01-01' });
  await api.put(`/v1/creators/${creatorId}`, { ownerUserId: `${creatorId}-owner`, region: 'US', giftsEnabled: true });
  const profile = {
    method: 'paypal',
    destination: { type: 'email', value: `${creatorId}@example.com` },
    schedule: 'none',
    identity: { state: 'verified' },
  };
  await api.put(`/v1/creators/${creatorId}/payout-profile`, profile);
}
