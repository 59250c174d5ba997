import { beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../shared/identifiers.ts';
import { makeCodes } from '../../shared/shop/code-batches.ts';
import { endPromotion } from '../../shared/shop/end-promotion.ts';
import { purchaseItem } from '../../shared/shop/purchase-item.ts';
import { redeemCode } from '../../shared/shop/redeem-code.ts';
import { startPromotion } from '../../shared/shop/start-promotion.ts';
import { expireLots } from '../../shared/users/expire-lots.ts';
import { fanWith, type World, walletOf } from '../support/people.ts';
import { days, differences, expectDone, givePromo, later, newShop, now } from './shop-world.ts';

let world: World;
beforeAll(async () => {
  world = await newShop();
});

function expire(at: Date) {
  return expireLots(world.ledger, { now: at, remainingMilliseconds: () => 60_000 });
}

const untilGone = { promo: undefined, dueAt: undefined, dueBucket: undefined };

describe('promotional coins that the shop gives, leaves or gives back', () => {
  it('leave the books when those of a code are not spent in time', async () => {
    await fanWith(world, { userId: 'ann', coins: 0, now });
    const until = later(days(10)).toISOString();
    const made = { count: 1, gives: { coins: 40 }, until, reason: 'Launch', batchId: newId(now), caller: 'ops', now };
    const [code = ''] = expectDone(await makeCodes(world, made)).codes;
    expectDone(await redeemCode(world, { userId: 'ann', code, redemptionId: newId(now), now }));
    expect(await expire(later(days(27) - 1))).toMatchObject({ wallets: 0 });
    expect(await expire(later(days(30) - 1))).toMatchObject({ wallets: 1, coins: 0 });
    expect(await expire(later(days(30)))).toMatchObject({ wallets: 1, coins: 40, failed: 0 });
    expect({ ...untilGone, ...(await walletOf(world, 'ann')) }).toMatchObject(untilGone);
    expect(await differences(world)).toEqual([]);
  });

  it('are off the list of what expires once a purchase has spent the last of them, and on it while some are left', async () => {
    await fanWith(world, { userId: 'bob', coins: 0, now });
    await givePromo(world, 'bob', 250);
    const buy = (item: string, unitPrice: number) =>
      purchaseItem(world, { userId: 'bob', item, unitPrice, purchaseId: newId(now), now });
    expectDone(await buy('filter_aurora', 200));
    expect(await walletOf(world, 'bob')).toMatchObject({ dueAt: later(days(27)).toISOString() });
    expectDone(await buy('sticker_sunny_day', 50));
    expect(await expire(later(days(30)))).toMatchObject({ wallets: 0 });
    expect({ ...untilGone, ...(await walletOf(world, 'bob')) }).toMatchObject(untilGone);
    expect(await differences(world)).toEqual([]);
  });

  it('leave the books as well when they come back from a promotion after their time', async () => {
    await fanWith(world, { userId: 'cid', coins: 400, now });
    await givePromo(world, 'cid', 100);
    const promotion = { promotionId: newId(now), userId: 'cid' };
    const endsAt = later(days(30)).toISOString();
    expectDone(await startPromotion(world, { ...promotion, videoId: 'video-1', budget: 500, endsAt, now }));
    expect({ ...untilGone, ...(await walletOf(world, 'cid')) }).toMatchObject(untilGone);
    const back = later(days(30) + 5);
    expectDone(await endPromotion(world.ledger, { ...promotion, state: 'canceled', now: back }));
    expect(await walletOf(world, 'cid')).toMatchObject({ paid: 400, dueAt: later(days(27)).toISOString() });
    expect(await expire(back)).toMatchObject({ coins: 100, failed: 0 });
    expect(await walletOf(world, 'cid')).toMatchObject({ paid: 400 });
    expect({ ...untilGone, ...(await walletOf(world, 'cid')) }).toMatchObject(untilGone);
    expect(await differences(world)).toEqual([]);
  });
});
