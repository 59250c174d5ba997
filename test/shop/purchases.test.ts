import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { sendGift } from '../../shared/gifts/send-gift.ts';
import { newId } from '../../shared/identifiers.ts';
import { setWalletStatus } from '../../shared/operations/set-wallet-status.ts';
import { listEntitlements } from '../../shared/shop/entitlements.ts';
import { type PurchaseItem, purchaseItem } from '../../shared/shop/purchase-item.ts';
import { walletKey } from '../../shared/store/keys.ts';
import { entitlementKey } from '../../shared/store/shop-keys.ts';
import { listWalletEntries } from '../../shared/users/list-wallet-entries.ts';
import { patiently } from '../support/patiently.ts';
import { fanWith, type World, walletOf } from '../support/people.ts';
import { codeOf, days, differences, expectDone, givePromo, later, newShop, now, shop, withShop } from './shop-world.ts';

let world: World;
let fans = 0;

beforeAll(async () => {
  world = await newShop();
});

async function fan(coins: number): Promise<string> {
  fans += 1;
  const userId = `buyer-${fans}`;
  await fanWith(world, { userId, coins, now });
  return userId;
}

function sticker(userId: string, change: Partial<PurchaseItem> = {}): PurchaseItem {
  return { purchaseId: newId(now), userId, item: 'sticker_sunny_day', unitPrice: 50, now, ...change };
}

function filter(userId: string, at = now): PurchaseItem {
  return sticker(userId, { item: 'filter_aurora', unitPrice: 200, purchaseId: newId(at), now: at });
}

async function held(userId: string, at: Date) {
  return expectDone(await listEntitlements(world.ledger, { userId, now: at })).entitlements;
}

describe('buying something in the app', () => {
  it('takes the coins, counts them as spent, and gives the thing for good', async () => {
    const userId = await fan(120);
    const { walletCoins, replayed } = expectDone(await purchaseItem(world, sticker(userId)));
    expect({ walletCoins, replayed }).toEqual({ walletCoins: 70, replayed: false });
    expect(await walletOf(world, userId)).toMatchObject({
      paid: 70,
      spent: { 'd2026-11-21': 50, 'w2026-11-16': 50, 'm2026-11': 50 },
    });
    expect(await held(userId, later(days(3650)))).toEqual([
      { item: 'sticker_sunny_day', heldSince: now.toISOString() },
    ]);
  });

  it('lends it for as many days as the catalogue says', async () => {
    const userId = await fan(200);
    expectDone(await purchaseItem(world, filter(userId)));
    const heldUntil = later(days(30)).toISOString();
    expect(await held(userId, later(days(30) - 1))).toEqual([
      { item: 'filter_aurora', heldSince: now.toISOString(), heldUntil },
    ]);
    expect(await held(userId, later(days(30)))).toEqual([]);
  });

  it('adds the days of a second purchase to those that are left, and begins anew when none are', async () => {
    const userId = await fan(600);
    expectDone(await purchaseItem(world, filter(userId)));
    expectDone(await purchaseItem(world, filter(userId, later(days(10)))));
    expect(await held(userId, later(days(10)))).toMatchObject([
      { heldSince: now.toISOString(), heldUntil: later(days(60)).toISOString() },
    ]);
    const again = later(days(100));
    expectDone(await purchaseItem(world, filter(userId, again)));
    expect(await held(userId, again)).toMatchObject([
      { heldSince: again.toISOString(), heldUntil: later(days(130)).toISOString() },
    ]);
  });

  it('does not sell a second time what somebody has for good', async () => {
    const userId = await fan(120);
    expectDone(await purchaseItem(world, sticker(userId)));
    expect(codeOf(await purchaseItem(world, sticker(userId)))).toBe('item_owned');
    expect((await walletOf(world, userId)).paid).toBe(70);
  });

  it('takes promotional coins first and bought ones for the rest', async () => {
    const userId = await fan(120);
    await givePromo(world, userId, 30);
    const { entry } = expectDone(await purchaseItem(world, sticker(userId)));
    expect(entry.amounts).toEqual({ paidCoins: 20, promoCoins: 30 });
    expect(await walletOf(world, userId)).toMatchObject({ paid: 100 });
    const { promo, guards } = await walletOf(world, userId);
    expect({ promo, guards }).toEqual({ promo: undefined, guards: undefined });
  });

  it('keeps no counters of days, weeks and months that are over', async () => {
    const userId = await fan(600);
    expectDone(await purchaseItem(world, filter(userId)));
    expectDone(await purchaseItem(world, filter(userId, later(days(1)))));
    const { spent } = await walletOf(world, userId);
    expect(spent).toEqual({ 'd2026-11-22': 200, 'w2026-11-16': 400, 'm2026-11': 400 });
    expectDone(await purchaseItem(world, filter(userId, later(days(10)))));
    expect((await walletOf(world, userId)).spent).toEqual({ 'd2026-12-01': 200, 'w2026-11-30': 200, 'm2026-12': 200 });
  });

  it('shows in the statement', async () => {
    const userId = await fan(120);
    const { entry } = expectDone(await purchaseItem(world, sticker(userId)));
    const statement = expectDone(await listWalletEntries(world, { userId, page: { limit: 10, before: undefined } }));
    const at = now.toISOString();
    expect(statement.entries).toContainEqual({
      entryId: entry.entryId,
      type: 'purchase',
      coins: -50,
      at,
      item: 'sticker_sunny_day',
    });
  });
});

describe('a purchase that comes again', () => {
  it('is paid once when the same key of what is had for good comes thirty times at once', async () => {
    const userId = await fan(500);
    const command = sticker(userId);
    const results = await Promise.all(Array.from({ length: 30 }, () => patiently(() => purchaseItem(world, command))));
    expect(results.map(expectDone).filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect((await walletOf(world, userId)).paid).toBe(450);
  });

  it('is paid once when the same key comes thirty times at once', async () => {
    const userId = await fan(500);
    const command = filter(userId);
    const results = await Promise.all(Array.from({ length: 30 }, () => patiently(() => purchaseItem(world, command))));
    expect(results.map(expectDone).filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect((await walletOf(world, userId)).paid).toBe(300);
    expect(await held(userId, now)).toMatchObject([{ heldUntil: later(days(30)).toISOString() }]);
  });

  it('lets no more through in parallel than there are coins for', async () => {
    const userId = await fan(450);
    const results = await Promise.all(
      Array.from({ length: 20 }, () => {
        const command = filter(userId);
        return patiently(() => purchaseItem(world, command));
      }),
    );
    expect(results.map(codeOf).toSorted()).toEqual([
      ...Array.from({ length: 2 }, () => 'done'),
      ...Array.from({ length: 18 }, () => 'insufficient_coins'),
    ]);
    expect((await walletOf(world, userId)).paid).toBe(50);
  });

  it('keeps its answer when the price has changed, the thing is gone and the wallet is frozen', async () => {
    const userId = await fan(120);
    const command = sticker(userId);
    const first = expectDone(await purchaseItem(world, command));
    const after = await withShop(world, { ...shop, entitlements: [] }, later(1));
    await setWalletStatus(world.ledger, { userId, status: 'frozen', reason: 'test', caller: 'ops', now });
    const again = expectDone(await purchaseItem(after, { ...command, now: later(days(20)) }));
    expect(again).toEqual({ ...first, replayed: true });
  });

  it('is refused when its key belongs to another purchase', async () => {
    const userId = await fan(500);
    const command = sticker(userId);
    expectDone(await purchaseItem(world, command));
    const other = { ...command, item: 'filter_aurora', unitPrice: 200 };
    expect(codeOf(await purchaseItem(world, other))).toBe('idempotency_key_reused');
    expect((await walletOf(world, userId)).paid).toBe(450);
  });
});

describe('a purchase is refused', () => {
  it.each([
    ['at another price than the one shown', { unitPrice: 49 }, 'price_changed'],
    ['of something that is not sold', { item: 'sticker_moon' }, 'item_not_found'],
    ['by somebody who is not registered', { userId: 'nobody' }, 'user_not_found'],
  ] as const)('%s', async (_, change, code) => {
    const userId = await fan(120);
    expect(codeOf(await purchaseItem(world, sticker(userId, change)))).toBe(code);
    expect((await walletOf(world, userId)).paid).toBe(120);
  });

  it('where the thing is not sold, out of its season, or when it is switched off', async () => {
    const userId = await fan(120);
    const [first, ...rest] = shop.entitlements;
    if (!first) throw new Error('The shop is empty.');
    for (const change of [{ regions: ['JP'] }, { until: now.toISOString() }, { enabled: false }]) {
      const other = await withShop(world, { ...shop, entitlements: [{ ...first, ...change }, ...rest] }, later(++fans));
      const at = later(fans);
      expect(codeOf(await purchaseItem(other, sticker(userId, { now: at })))).toBe('item_unavailable');
    }
  });

  it('without coins enough, and nothing is written', async () => {
    const userId = await fan(49);
    expect(codeOf(await purchaseItem(world, sticker(userId)))).toBe('insufficient_coins');
    expect(await held(userId, now)).toEqual([]);
  });
});

describe('the audit of purchases', () => {
  it('is clean after all of them', async () => {
    expect(await differences(world)).toEqual([]);
  });

  it('finds a thing that somebody has given by hand, and coins that somebody has put back', async () => {
    const userId = await fan(500);
    expectDone(await purchaseItem(world, sticker(userId)));
    const context = { type: 'live', id: 'l' } as const;
    const gift = {
      giftId: newId(now),
      senderId: userId,
      creatorId: 'cy',
      gift: 'rose',
      quantity: 1,
      unitPrice: 1,
      context,
    };
    expectDone(await sendGift(world, gift, now));
    const change = (Key: Record<string, unknown>, name: string) =>
      world.ledger.client.send(
        new UpdateCommand({
          TableName: world.ledger.name,
          Key,
          UpdateExpression: `SET ${name} = ${name} + :fifty`,
          ExpressionAttributeValues: { ':fifty': 50 },
        }),
      );
    await change(walletKey(userId), 'paid');
    await change(entitlementKey({ userId, item: 'sticker_sunny_day' }), 'coins');
    expect((await differences(world)).toSorted()).toEqual([
      `wallet ${userId}: coins paid for sticker_sunny_day 50`,
      `wallet ${userId}: wallet.paid 50`,
    ]);
  });

  it('finds what somebody holds for longer than was paid for, or for nothing', async () => {
    const before = await differences(world);
    const [longer, nothing] = [await fan(500), await fan(500)];
    const filter = { ...sticker(longer), item: 'filter_aurora', unitPrice: 200 };
    expectDone(await purchaseItem(world, filter));
    const Key = entitlementKey({ userId: longer, item: 'filter_aurora' });
    const TableName = world.ledger.name;
    await world.ledger.client.send(new UpdateCommand({ TableName, Key, UpdateExpression: 'REMOVE heldUntil' }));
    const item = {
      userId: nothing,
      item: 'filter_aurora',
      heldSince: now.toISOString(),
      coins: 0,
      redemptions: 0,
      version: 1,
    };
    const Item = { ...entitlementKey({ userId: nothing, item: 'filter_aurora' }), ...item };
    await world.ledger.client.send(new PutCommand({ TableName, Item }));
    const found = (await differences(world)).filter((difference) => !before.includes(difference));
    expect(found.toSorted()).toEqual(
      [longer, nothing]
        .map((userId) => `wallet ${userId}: times that filter_aurora is held until another time 1`)
        .toSorted(),
    );
  });
});
