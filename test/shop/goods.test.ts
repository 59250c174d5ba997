import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../shared/identifiers.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { changeStock, showStock } from '../../shared/shop/change-stock.ts';
import { findOrder } from '../../shared/shop/find-reservation.ts';
import { type OrderGoods, orderGoods } from '../../shared/shop/order-goods.ts';
import { listItems } from '../../shared/shop/present.ts';
import { settleOrder } from '../../shared/shop/settle-order.ts';
import { sweepReservations } from '../../shared/shop/sweep-reservations.ts';
import { stockKey, stockLineKey } from '../../shared/store/shop-keys.ts';
import { patiently } from '../support/patiently.ts';
import { fanWith, newWorld, type World, walletOf } from '../support/people.ts';
import {
  codeOf,
  days,
  differences,
  expectDone,
  givePromo,
  later,
  newShop,
  now,
  shop,
  stockUp,
  voucher,
  withShop,
} from './shop-world.ts';

let world: World;
let fans = 0;

beforeAll(async () => {
  world = await newShop({ ...shop, goods: [...'abcdefgh'].map((code) => ({ ...voucher, code })) });
});

async function fan(coins = 300): Promise<string> {
  fans += 1;
  const userId = `shopper-${fans}`;
  await fanWith(world, { userId, coins, now });
  return userId;
}

function order(userId: string, item: string, change: Partial<OrderGoods> = {}): OrderGoods {
  return { orderId: newId(now), userId, item, quantity: 1, unitPrice: 300, now, ...change };
}

async function reserved(item: string, coins = 300) {
  const userId = await fan(coins);
  const command = order(userId, item);
  expectDone(await orderGoods(world, command));
  return { userId, orderId: command.orderId };
}

function settle(of: { userId: string; orderId: string }, state: 'confirmed' | 'canceled', at = later(1)) {
  return settleOrder(world.ledger, { ...of, state, now: at });
}

function sweep(at: Date) {
  return sweepReservations(world.ledger, { now: at, remainingMilliseconds: () => 60_000 });
}

async function stockOf(item: string) {
  const { stocked, reserved, sold, left } = await showStock(world.ledger, item);
  return { stocked, reserved, sold, left };
}

describe('ordering goods', () => {
  it('holds stock and coins, and sells both when it is confirmed', async () => {
    await stockUp(world, 5, 'a');
    const userId = await fan(1000);
    await givePromo(world, userId, 100);
    const command = order(userId, 'a', { quantity: 2 });
    const { walletCoins } = expectDone(await orderGoods(world, command));
    expect(walletCoins).toBe(500);
    expect(await stockOf('a')).toEqual({ stocked: 5, reserved: 2, sold: 0, left: 3 });
    const of = { userId, orderId: command.orderId };
    expect(expectDone(await settle(of, 'confirmed'))).toMatchObject({ state: 'confirmed', spentCoins: 600 });
    expect(await stockOf('a')).toEqual({ stocked: 5, reserved: 0, sold: 2, left: 3 });
    expect(await walletOf(world, userId)).toMatchObject({ paid: 500 });
    expect(expectDone(await settle(of, 'confirmed')).state).toBe('confirmed');
    expect(codeOf(await settle(of, 'canceled'))).toBe('state_conflict');
  });

  it('sells the last one once, though two want it', async () => {
    await stockUp(world, 1, 'b');
    const [one, other] = [await fan(), await fan()];
    const results = await Promise.all(
      [one, other].map((userId) => {
        const command = order(userId, 'b');
        return patiently(() => orderGoods(world, command));
      }),
    );
    expect(results.map(codeOf).toSorted()).toEqual(['done', 'out_of_stock']);
    const coins = await Promise.all([one, other].map(async (userId) => (await walletOf(world, userId)).paid));
    expect(coins.toSorted()).toEqual([0, 300]);
  });

  it('sells the last one once, though a hundred want it at once', async () => {
    await stockUp(world, 1, 'c');
    const userIds = await Promise.all(Array.from({ length: 100 }, () => fan()));
    const results = await Promise.all(
      userIds.map((userId) => {
        const command = order(userId, 'c');
        return patiently(() => orderGoods(world, command));
      }),
    );
    expect(results.filter((result) => !isRefusal(result))).toHaveLength(1);
    expect(results.filter((result) => codeOf(result) === 'out_of_stock')).toHaveLength(99);
    expect(await stockOf('c')).toEqual({ stocked: 1, reserved: 1, sold: 0, left: 0 });
  });

  it('gives stock and coins back when it is canceled, once', async () => {
    await stockUp(world, 1, 'd');
    const of = await reserved('d');
    const results = await Promise.all(Array.from({ length: 8 }, () => patiently(() => settle(of, 'canceled'))));
    expect(results.map((result) => expectDone(result).state)).toEqual(Array.from({ length: 8 }, () => 'canceled'));
    expect((await walletOf(world, of.userId)).paid).toBe(300);
    expect(await stockOf('d')).toEqual({ stocked: 1, reserved: 0, sold: 0, left: 1 });
    expectDone(await orderGoods(world, order(await fan(), 'd')));
  });

  it('gives both back when nobody confirms it in time', async () => {
    await stockUp(world, 1, 'e');
    const of = await reserved('e');
    await sweep(later(14));
    expect(expectDone(await findOrder(world.ledger, of)).state).toBe('reserved');
    await sweep(later(15));
    expect(expectDone(await findOrder(world.ledger, of))).toMatchObject({ state: 'lapsed' });
    expect((await walletOf(world, of.userId)).paid).toBe(300);
    expect(await stockOf('e')).toEqual({ stocked: 1, reserved: 0, sold: 0, left: 1 });
    expect(codeOf(await settle(of, 'confirmed', later(16)))).toBe('state_conflict');
  });

  it('is not confirmed after its time, though no sweep has come by', async () => {
    await stockUp(world, 1, 'f');
    const of = await reserved('f');
    expect(codeOf(await settle(of, 'confirmed', later(15)))).toBe('state_conflict');
    expect(expectDone(await settle(of, 'canceled', later(15))).state).toBe('canceled');
  });

  it('is confirmed or lapses, never both, when the sweep comes at the same time', async () => {
    await stockUp(world, 10, 'g');
    const orders = await Promise.all(Array.from({ length: 10 }, () => reserved('g')));
    const confirming = orders.map((of) => patiently(() => settle(of, 'confirmed', later(14))));
    const [results] = await Promise.all([Promise.all(confirming), sweep(later(15))]);
    await sweep(later(16));
    const sold = results.filter((result) => !isRefusal(result)).length;
    expect(await stockOf('g')).toEqual({ stocked: 10, reserved: 0, sold, left: 10 - sold });
    for (const { userId, orderId } of orders) {
      const { state } = expectDone(await findOrder(world.ledger, { userId, orderId }));
      expect((await walletOf(world, userId)).paid).toBe(state === 'confirmed' ? 0 : 300);
    }
  });

  it('is answered as before when its key comes again, at once or when all is sold out', async () => {
    await stockUp(world, 1, 'h');
    const userId = await fan(900);
    const command = order(userId, 'h');
    const results = await Promise.all(Array.from({ length: 20 }, () => patiently(() => orderGoods(world, command))));
    expect(results.map(expectDone).filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect((await walletOf(world, userId)).paid).toBe(600);
    const sold = await withShop(world, { ...shop, goods: [] }, later(1));
    expect(expectDone(await orderGoods(sold, { ...command, now: later(days(9)) })).replayed).toBe(true);
    expect(codeOf(await orderGoods(world, { ...command, quantity: 2 }))).toBe('idempotency_key_reused');
  });

  it.each([
    ['at another price', { unitPrice: 299 }, 'price_changed'],
    ['of too many at once', { quantity: 6 }, 'malformed_request'],
    ['of what is not sold', { item: 'moon' }, 'item_not_found'],
    ['of what nobody has stocked', { item: 'f', quantity: 2 }, 'out_of_stock'],
  ] as const)('is refused %s', async (_, change, code) => {
    const userId = await fan(2000);
    expect(codeOf(await orderGoods(world, order(userId, 'a', change)))).toBe(code);
    expect((await walletOf(world, userId)).paid).toBe(2000);
  });

  it('is refused without coins enough, and holds no stock then', async () => {
    const before = await stockOf('a');
    expect(codeOf(await orderGoods(world, order(await fan(299), 'a')))).toBe('insufficient_coins');
    expect(await stockOf('a')).toEqual(before);
  });

  it('is possible in no region unless an operator says so', async () => {
    const fresh = await newWorld(now);
    await fanWith(fresh, { userId: 'fay', coins: 300, now });
    const closed = await withShop(fresh, shop, later(-1));
    await stockUp(closed, 1);
    expect(codeOf(await orderGoods(closed, order('fay', voucher.code)))).toBe('switched_off');
    const offered = async (region: string, from: World) =>
      (await listItems(from.catalog, { region, now })).items.map(({ item }) => item);
    expect(await offered('US', closed)).not.toContain(voucher.code);
    expect(await offered('US', world)).toContain('a');
    expect(await offered('DE', world)).not.toContain('a');
  });
});

describe('the stock', () => {
  const change = (item: string, by: number, changeId = newId(now)) =>
    changeStock(world.ledger, { changeId, item, change: by, reason: 'Counted', changedBy: 'ops', now });

  it('keeps who changed it when and why, and takes each change once', async () => {
    const changeId = newId(now);
    const results = await Promise.all(Array.from({ length: 10 }, () => patiently(() => change('new', 7, changeId))));
    expect(results.map(expectDone).filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await showStock(world.ledger, 'new')).toEqual({
      ...{ item: 'new', stocked: 7, reserved: 0, sold: 0, left: 7 },
      changes: [{ changeId, item: 'new', change: 7, reason: 'Counted', changedBy: 'ops', at: now.toISOString() }],
    });
    expect(codeOf(await change('new', 8, changeId))).toBe('idempotency_key_reused');
  });

  it('loses no more than is left', async () => {
    expectDone(await change('few', 3));
    expect(codeOf(await change('few', -4))).toBe('state_conflict');
    expect(codeOf(await change('none', -1))).toBe('state_conflict');
    expect(expectDone(await change('few', -3)).stock).toMatchObject({ stocked: 0, left: 0 });
  });
});

describe('the audit of goods', () => {
  it('is clean after all of them', async () => {
    expect(await differences(world)).toEqual([]);
  });

  it('finds stock that somebody has made up, and an order that holds none', async () => {
    const of = await reserved('a');
    const tamper = (expression: string) =>
      world.ledger.client.send(
        new UpdateCommand({
          TableName: world.ledger.name,
          Key: stockKey('a'),
          UpdateExpression: expression,
          ExpressionAttributeNames: { '#left': 'left' },
          ExpressionAttributeValues: { ':one': 1 },
        }),
      );
    await tamper('SET #left = #left + :one');
    expect(await differences(world)).toEqual(['stock a: left 1']);
    await tamper('SET #left = #left - :one, stocked = stocked - :one, reserved = reserved - :one');
    expect((await differences(world)).toSorted()).toEqual(['stock a: reserved -1', 'stock a: stocked -1']);
    const Key = stockLineKey({ item: 'a', userId: of.userId, reservationId: of.orderId });
    await world.ledger.client.send(new DeleteCommand({ TableName: world.ledger.name, Key }));
    expect((await differences(world)).toSorted()).toEqual([
      `order ${of.orderId} of ${of.userId}: reserved -1`,
      'stock a: stocked -1',
    ]);
  });
});
