import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../shared/identifiers.ts';
import { steer } from '../providers/webhook-receiver.ts';
import { eventually, startTestCloud, type TestCloud } from '../support/cloud.ts';

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startTestCloud();
  await cloud.api.put('/v1/users/ana', { region: 'US', birthDate: '1995-04-12' });
});
afterAll(() => cloud?.close());

type Bought = { purchaseToken: string; orderId: string };

async function order(): Promise<{ rechargeId: string; checkout: Record<string, string> }> {
  const request = { userId: 'ana', packageId: 'us-app-1000', channel: 'app', provider: 'google' };
  const { status, body } = await cloud.api.post('/v1/recharges', request);
  expect(status).toBe(201);
  return body as { rechargeId: string; checkout: Record<string, string> };
}

function buy({ productId, obfuscatedAccountId }: Record<string, string>, webhook: boolean): Promise<Bought> {
  return steer<Bought>(cloud.simulators.google, 'purchases', { productId, obfuscatedAccountId, webhook });
}

async function stateOf(rechargeId: string): Promise<unknown> {
  return (await cloud.api.get(`/v1/recharges/${rechargeId}`)).body.state;
}

async function coins(): Promise<unknown> {
  return (await cloud.api.get('/v1/users/ana/wallet')).body.coins;
}

describe('Google Play over HTTP', () => {
  it('sells to the app, by the token that it sends', async () => {
    const { rechargeId, checkout } = await order();
    expect(checkout).toEqual({ provider: 'google', productId: 'coins.us.app.1000', obfuscatedAccountId: rechargeId });
    const { purchaseToken, orderId } = await buy(checkout, false);
    const sent = await cloud.api.post(`/v1/recharges/${rechargeId}/google-purchase`, { purchaseToken });
    expect(sent).toMatchObject({ status: 200, body: { state: 'paid', checkout: { orderId } } });
    expect(await coins()).toBe(1000);
  });

  it('is told of a purchase and of its void by notifications, signed by Google for this address', async () => {
    const { rechargeId, checkout } = await order();
    const { purchaseToken } = await buy(checkout, true);
    await eventually('the recharge is paid', async () => (await stateOf(rechargeId)) === 'paid');
    expect(await coins()).toBe(2000);
    await steer(cloud.simulators.google, `purchases/${purchaseToken}/refund`);
    await eventually('the coins are taken back', async () => (await coins()) === 1000);
  });

  it('finds by its schedules what no notification told', async () => {
    const { rechargeId, checkout } = await order();
    const { purchaseToken } = await buy(checkout, false);
    await cloud.api.post(`/v1/recharges/${rechargeId}/google-purchase`, { purchaseToken });
    expect(await coins()).toBe(2000);
    await steer(cloud.simulators.google, `purchases/${purchaseToken}/refund`, { webhook: false });
    expect(await cloud.invoke('ListGoogleVoids', {})).toMatchObject({ payload: { failed: 0, complete: true } });
    expect(await coins()).toBe(1000);
    expect(await cloud.invoke('SweepGooglePurchases', {})).toMatchObject({ payload: { failed: 0, complete: true } });
  });

  it('refuses what is no purchase of this recharge, what it does not sell, and what is not signed', async () => {
    const { rechargeId } = await order();
    const path = `/v1/recharges/${rechargeId}/google-purchase`;
    expect(await cloud.api.post(path, { purchaseToken: 'made.up' })).toMatchObject({
      status: 422,
      body: { code: 'receipt_rejected', reason: 'purchase_unknown' },
    });
    const unknown = `/v1/recharges/${newId(new Date())}/google-purchase`;
    expect((await cloud.api.post(unknown, { purchaseToken: 'made.up' })).status).toBe(404);
    const onWeb = { userId: 'ana', packageId: 'us-web-70', channel: 'web', provider: 'google' };
    expect((await cloud.api.post('/v1/recharges', onWeb)).body.code).toBe('provider_not_available');
    const unsigned = await fetch(`${cloud.apiUrl}/v1/webhooks/google`, { method: 'POST', body: '{}' });
    expect(unsigned.status).toBe(400);
  });
});
