import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { logger } from '../../shared/observability.ts';
import { captureOutput } from '../support/capture-output.ts';
import { type AppleShop, appleOrder, buyOnDevice, notification, notify, openAppleShop } from './apple-shop.ts';
import { orderOf, walletOf } from './shop.ts';

// Read when the metrics are made, which is when the modules above are loaded.
vi.hoisted(() => {
  process.env.POWERTOOLS_METRICS_DISABLED = 'false';
});

let shop: AppleShop;

beforeAll(async () => {
  shop = await openAppleShop();
});
afterAll(() => shop.close());

/** How often a purchase in a storefront is counted as one of another region, when Apple tells of it three times; and the log. */
async function reported(storefront: string) {
  const order = await appleOrder(shop);
  const transaction = await buyOnDevice(shop, order, { storefront });
  logger.setLogLevel('INFO');
  const { lines, restore } = captureOutput();
  for (const uuid of [1, 2, 3].map(() => crypto.randomUUID()))
    expect(await notify(shop, notification(shop, { type: 'ONE_TIME_CHARGE', transaction, uuid }))).toBe(200);
  restore();
  logger.setLogLevel('SILENT');
  const counts = lines
    .filter((line) => line.includes('"_aws"'))
    .flatMap((line) => (JSON.parse(line) as { StorefrontsDiffer?: number | number[] }).StorefrontsDiffer ?? []);
  const logged = lines.filter((line) => line.includes('sold in another region'));
  return { order, times: counts.reduce((sum, value) => sum + value, 0), logged };
}

describe('a purchase in the store of another region', () => {
  it('brings its coins, is counted once, and says in the log and on the order which region it was', async () => {
    const { order, times, logged } = await reported('JPN');
    expect((await walletOf(shop, order.userId)).paid).toBe(1000);
    expect(times).toBe(1);
    expect(logged).toEqual([expect.stringContaining(order.rechargeId)]);
    expect(await orderOf(shop, order.rechargeId)).toMatchObject({ region: 'US', soldIn: 'JP' });
  });

  it('is not one in the store of the own region, whose code is another at Apple', async () => {
    const { order, times, logged } = await reported('USA');
    expect({ times, logged }).toEqual({ times: 0, logged: [] });
    expect((await walletOf(shop, order.userId)).paid).toBe(1000);
  });
});
