import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPushVerifier } from '../../shared/providers/google-auth.ts';
import { readGoogleNotification } from '../../shared/providers/google-notification.ts';
import {
  buyAtGoogle,
  deliver,
  eventOf,
  type GoogleShop,
  message,
  openGoogleShop,
  order,
  orderOf,
  purchased,
} from '../recharges/google-shop.ts';
import { steer } from './webhook-receiver.ts';

let shop: GoogleShop;

beforeAll(async () => {
  shop = await openGoogleShop();
});
afterAll(() => shop.close());

describe('a push that is not for us', () => {
  it.each([
    ['signed with another key', { forged: true }, 'bad_signature'],
    ['expired', { issuedSecondsAgo: 2 * 3_600 }, 'stale'],
    ['not valid yet', { issuedSecondsAgo: -3_600 }, 'stale'],
    ['for another audience', { audience: 'https://example.com/v1/webhooks/google' }, 'bad_signature'],
    ['of another service account', { email: 'mallory@test.iam.gserviceaccount.com' }, 'bad_signature'],
    ['of an address that is not verified', { emailVerified: false }, 'bad_signature'],
    ['of another issuer', { issuer: 'https://accounts.example.com' }, 'bad_signature'],
  ])('is refused when its token is %s, and changes nothing', async (_case, claims, reason) => {
    const ordered = await order(shop);
    const bought = await buyAtGoogle(shop, ordered.rechargeId);
    const id = `refused-${reason}-${JSON.stringify(claims).length}`;
    const { token } = await steer<{ token: string }>(shop.google.url, 'push_tokens', claims);
    const answer = await shop.push(message(purchased(bought), id), `Bearer ${token}`);
    expect(answer.statusCode).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'webhook_rejected', reason });
    expect(await eventOf(shop, id)).toBeUndefined();
    expect((await orderOf(shop, ordered)).state).toBe('pending');
  });

  it.each([
    ['no token', undefined],
    ['another kind of token', 'Basic Z29vZ2xlOmdvb2dsZQ=='],
  ])('is refused with %s', async (_case, authorization) => {
    const answer = await shop.push(message({ testNotification: { version: '1.0' } }), authorization);
    expect(answer.statusCode).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ reason: 'missing_signature' });
  });

  it('is refused when its token is no JWT, or has no signature at all', async () => {
    const body = message({ testNotification: { version: '1.0' } });
    const { token } = await steer<{ token: string }>(shop.google.url, 'push_tokens');
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${token.split('.')[1]}.`;
    for (const wrong of ['abc', unsigned]) expect((await shop.push(body, `Bearer ${wrong}`)).statusCode).toBe(400);
  });

  it('is refused when it is about another app', async () => {
    const bought = await buyAtGoogle(shop, (await order(shop)).rechargeId);
    expect(await deliver(shop, message(purchased(bought), 'other-app', 'app.other'))).toBe(400);
    expect(await eventOf(shop, 'other-app')).toBeUndefined();
  });

  it('must be pushed again while the certificates of Google cannot be read', async () => {
    const { token } = await steer<{ token: string }>(shop.google.url, 'push_tokens');
    const verify = createPushVerifier({
      certsUrl: `${shop.google.url}/nothing-here`,
      audience: shop.webhookUrl,
      serviceAccount: 'somebody',
      timeoutSeconds: 1,
    });
    await expect(verify(`Bearer ${token}`)).rejects.toMatchObject({ name: 'ProviderOutcomeUnknown' });
  });
});

describe('a push that is for us', () => {
  it('is answered when it is a test, or about something else than one-time products', async () => {
    const others = [
      { testNotification: { version: '1.0' } },
      { subscriptionNotification: { version: '1.0', notificationType: 4, purchaseToken: 'x' } },
      { voidedPurchaseNotification: { purchaseToken: 'x', orderId: 'y', productType: 1, refundType: 1 } },
      { oneTimeProductNotification: { version: '1.0', notificationType: 9, purchaseToken: 'x', sku: 'y' } },
    ];
    for (const [position, other] of others.entries()) {
      expect(await deliver(shop, message(other, `other-${position}`))).toBe(200);
      expect(await eventOf(shop, `other-${position}`)).toBeUndefined();
    }
  });

  it('is refused when it cannot be read', async () => {
    const unreadable = Buffer.from('not json').toString('base64');
    for (const body of ['', '{}', JSON.stringify({ message: { data: unreadable, messageId: 'm' } })])
      expect(await deliver(shop, body)).toBe(400);
  });

  it('must come again while Google does not answer', async () => {
    const ordered = await order(shop);
    const bought = await buyAtGoogle(shop, ordered.rechargeId);
    const body = message(purchased(bought));
    await steer(shop.google.url, 'faults', { next: 'error_500', path: '/androidpublisher' });
    expect(await deliver(shop, body)).toBeGreaterThanOrEqual(500);
    expect(await deliver(shop, body)).toBe(200);
    expect((await orderOf(shop, ordered)).state).toBe('paid');
  });
});

describe('reading a notification', () => {
  it('takes the id of the message and the token of the purchase, and believes nothing else', () => {
    const bought = { purchaseToken: 'some.token', consumptions: 0 };
    expect(readGoogleNotification(Buffer.from(message(purchased(bought), 'id-1')))).toEqual({
      eventId: 'id-1',
      kind: 'purchased',
      type: 'oneTimeProduct.purchased',
      packageName: 'app.tributary.test',
      purchaseToken: 'some.token',
    });
  });
});
