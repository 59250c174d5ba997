import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startAppleSimulator } from '../../infra/local/simulators/apple.ts';
import { createAppleAuthority } from '../../infra/local/simulators/apple-authority.ts';
import type { SimulatedTransaction } from '../../infra/local/simulators/apple-books.ts';
import { type AppleTransactions, createAppleTransactions } from '../../shared/providers/apple-api.ts';
import { createAppleVerifier } from '../../shared/providers/apple-signed-data.ts';
import { ProviderOutcomeUnknown } from '../../shared/providers/provider-outcome-unknown.ts';
import { look, startWebhookReceiver, steer, type WebhookReceiver } from './webhook-receiver.ts';

const app = { bundleId: 'app.tributary.test', appAppleId: '42', environment: 'Sandbox' as const };
const key = { issuerId: crypto.randomUUID(), keyId: 'KEY1', privateKey: newKey() };
const authority = createAppleAuthority();
let receiver: WebhookReceiver;
let simulator: Awaited<ReturnType<typeof startAppleSimulator>>;
let transactions: AppleTransactions;
let bought: SimulatedTransaction;

beforeAll(async () => {
  receiver = await startWebhookReceiver();
  simulator = await startAppleSimulator({ ...app, ...key, authority, webhookUrl: () => receiver.url });
  transactions = client();
  bought = await steer(simulator.url, 'transactions', { productId: 'coins.us.app.100', price: 1290 });
});
beforeEach(() => steer(simulator.url, 'faults/clear'));
afterAll(async () => {
  await simulator.close();
  await receiver.close();
});

function newKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function client(differing: Partial<typeof key & { apiUrl: string }> = {}): AppleTransactions {
  const verifier = createAppleVerifier({ ...app, rootCertificates: authority.chain[2] });
  const connection = { ...app, ...key, apiUrl: simulator.url, timeoutSeconds: 0.5, ...differing };
  return createAppleTransactions(connection, verifier);
}

const consumption = { isDelivered: true, consumedMilliPercent: 12_345 };

describe("Apple's own client, against the App Store", () => {
  it('finds a purchase as it is signed there', async () => {
    expect(await transactions.find(bought.transactionId)).toEqual({
      provider: 'apple',
      paymentId: bought.transactionId,
      status: 'succeeded',
      amountMinor: 129,
      amountReceivedMinor: 129,
      currency: 'USD',
      productId: 'coins.us.app.100',
      quantity: 1,
      storefront: 'US',
    });
  });

  it('finds nothing where there is nothing, and where something else was bought', async () => {
    const subscription = { productId: 'club', type: 'Auto-Renewable Subscription' };
    const { transactionId } = await steer<SimulatedTransaction>(simulator.url, 'transactions', subscription);
    expect(await transactions.find('2000000000000000')).toBeUndefined();
    expect(await transactions.find(transactionId)).toBeUndefined();
  });

  it('tells how much was consumed, and hears when Apple has no use for it', async () => {
    expect(await transactions.tellConsumption(bought.transactionId, consumption)).toBe('told');
    expect(await transactions.tellConsumption('2000000000000000', consumption)).toBe('refused');
    const tooMuch = { ...consumption, consumedMilliPercent: 100_001 };
    expect(await transactions.tellConsumption(bought.transactionId, tooMuch)).toBe('refused');
    expect(await look(simulator.url, 'consumptions')).toMatchObject({
      consumptions: [{ transactionId: bought.transactionId, consumptionPercentage: 12_345 }],
    });
  });

  it.each(['error_500', 'rate_limited', 'timeout', 'unreadable_after_effect'])(
    'asks to be called again after: %s',
    async (next) => {
      await steer(simulator.url, 'faults', { next, count: 2 });
      await expect(transactions.find(bought.transactionId)).rejects.toThrow(ProviderOutcomeUnknown);
    },
  );

  it('asks to be called again when nobody is there', async () => {
    const absent = client({ apiUrl: 'http://127.0.0.1:9' });
    await expect(absent.tellConsumption(bought.transactionId, consumption)).rejects.toThrow(ProviderOutcomeUnknown);
  });

  it.each([
    ['key', { privateKey: newKey() }],
    ['key id', { keyId: 'OTHER' }],
    ['issuer', { issuerId: crypto.randomUUID() }],
  ])('fails with another %s than the App Store knows', async (_what, differing) => {
    const stranger = client(differing);
    await expect(stranger.find(bought.transactionId)).rejects.toThrow('refused the request with 401');
    await expect(stranger.tellConsumption(bought.transactionId, consumption)).rejects.toThrow('401');
  });
});

describe('the simulated App Store', () => {
  it('sends its notifications until they are taken, and the very same each time', async () => {
    receiver.received.length = 0;
    receiver.answerNext(500, 503);
    await steer(simulator.url, 'test');
    const attempts = await receiver.waitFor(3);
    expect(new Set(attempts.map(({ rawBody }) => rawBody.toString('utf8'))).size).toBe(1);
  });
});
