import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AppleShop, appleOrder, atStore, buyOnDevice, delivered, handIn, openAppleShop } from './apple-shop.ts';
import { openStage, troublesIn } from './claim-events.ts';
import { walletOf } from './shop.ts';

let shop: AppleShop;

beforeAll(async () => {
  shop = await openAppleShop();
  await openStage(shop);
});
afterAll(async () => {
  expect(await troublesIn(shop)).toEqual([]);
  await shop.close();
});

describe('a refund of a purchase that named the order and did not pay it', () => {
  it('takes nothing of the purchase that pays it later', async () => {
    const order = await appleOrder(shop);
    const { rechargeId, userId } = order;
    const wrong = await buyOnDevice(shop, { productId: 'coins.us.app.500', rechargeId });
    expect(await handIn(shop, rechargeId, wrong.signedTransaction)).toBe('receipt_rejected: product_differs');
    await atStore(shop, wrong.transactionId, 'refund');
    await delivered(shop, 'REFUND');

    const right = await buyOnDevice(shop, order);
    expect(await handIn(shop, rechargeId, right.signedTransaction)).toBe('paid');
    expect(await walletOf(shop, userId)).toMatchObject({ paid: 1000, owed: 0 });
  });
});
