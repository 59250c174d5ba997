import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGooglePlay, type GooglePlay, GooglePlayRefused } from '../../shared/providers/google-play.ts';
import { AmountNotRepresentable, fromGoogleMoney } from '../../shared/providers/provider-amounts.ts';
import { ProviderOutcomeUnknown } from '../../shared/providers/provider-outcome-unknown.ts';
import {
  at,
  buyAtGoogle,
  type GoogleShop,
  openGoogleShop,
  packageName,
  serviceAccount,
} from '../recharges/google-shop.ts';
import { steer } from './webhook-receiver.ts';

let shop: GoogleShop;

beforeAll(async () => {
  shop = await openGoogleShop();
});
afterAll(() => shop.close());

function playWith(change: object): GooglePlay {
  const { url: apiUrl, tokenUrl } = shop.google;
  return createGooglePlay({ ...serviceAccount, packageName, apiUrl, tokenUrl, timeoutSeconds: 1, ...change });
}

describe('looking a purchase up', () => {
  it('tells what was bought, for whom, and how it stands', async () => {
    const bought = await buyAtGoogle(shop, 'recharge-1', { quantity: 2, test: true });
    const { purchaseToken, orderId } = bought;
    await at(shop, bought).refund({ quantity: 1 });
    expect(await shop.play.lookUp(purchaseToken)).toEqual({
      purchaseToken,
      paymentId: orderId,
      orderId,
      productId: 'coins.us.app.1000',
      quantity: 2,
      refundableQuantity: 1,
      state: 'purchased',
      isConsumed: false,
      isTest: true,
      region: 'US',
      accountId: 'recharge-1',
    });
    await shop.play.consume({ productId: 'coins.us.app.1000', purchaseToken });
    expect(await shop.play.lookUp(purchaseToken)).toMatchObject({ isConsumed: true });
  });

  it('names a purchase without an order by its token', async () => {
    const { purchaseToken } = await buyAtGoogle(shop, undefined, { free: true });
    const found = await shop.play.lookUp(purchaseToken);
    expect(found?.paymentId).toMatch(/^token-[0-9a-f]{64}$/);
    expect(found?.orderId).toBeUndefined();
  });

  it('finds nothing for an unknown token', async () => {
    expect(await shop.play.lookUp('un/known token')).toBeUndefined();
  });
});

describe('calls that go wrong', () => {
  it.each(['timeout', 'error_500', 'rate_limited', 'busy', 'unreadable_after_effect'])(
    'have an unknown outcome after %s',
    async (fault) => {
      const { purchaseToken } = await buyAtGoogle(shop, undefined);
      const play = playWith({});
      await play.lookUp(purchaseToken);
      await steer(shop.google.url, 'faults', { next: fault, path: '/androidpublisher' });
      await expect(play.lookUp(purchaseToken)).rejects.toBeInstanceOf(ProviderOutcomeUnknown);
    },
  );

  it('have an unknown outcome when no token is given, and when nobody is there', async () => {
    await steer(shop.google.url, 'faults', { next: 'error_500', path: '/token' });
    await expect(playWith({}).lookUp('x')).rejects.toBeInstanceOf(ProviderOutcomeUnknown);
    await expect(playWith({ apiUrl: 'http://127.0.0.1:9' }).lookUp('x')).rejects.toBeInstanceOf(ProviderOutcomeUnknown);
  });

  it('are refused for a service account that Google does not know, and no purchase is unknown for that', async () => {
    const { purchaseToken } = await buyAtGoogle(shop, undefined);
    const stranger = playWith({ clientEmail: 'mallory@test.iam.gserviceaccount.com' });
    await expect(stranger.lookUp(purchaseToken)).rejects.toBeInstanceOf(GooglePlayRefused);
  });

  it('do not carry the token of the account in what is logged of them', async () => {
    for (const next of [undefined, 'error_500']) {
      if (next) await steer(shop.google.url, 'faults', { next, path: '/androidpublisher' });
      const error = await shop.play.totalOf('GPA.1').catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(Error);
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('ya29.');
    }
  });
});

describe('money as Google writes it', () => {
  it.each([
    [{ units: 12, nanos: 990_000_000, currency: 'USD' }, 1299],
    [{ units: 160, nanos: 0, currency: 'JPY' }, 160],
    [{ units: 1, nanos: 5_000_000, currency: 'KWD' }, 1005],
    [{ units: 0, nanos: 10_000_000, currency: 'EUR' }, 1],
    [{ units: 7, nanos: 0, currency: 'XTS' }, 7],
  ])('%o is %i minor units', (money, minor) => {
    expect(fromGoogleMoney(money)).toBe(minor);
  });

  it('is refused when a part of a minor unit would be lost', () => {
    expect(() => fromGoogleMoney({ units: 1, nanos: 1, currency: 'USD' })).toThrow(AmountNotRepresentable);
  });
});
