import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { newId } from '../../shared/identifiers.ts';
import { isRefusal, type Refusal } from '../../shared/refusals.ts';
import { showStock } from '../../shared/shop/change-stock.ts';
import { makeCodes } from '../../shared/shop/code-batches.ts';
import { endPromotion } from '../../shared/shop/end-promotion.ts';
import { findOrder, findPromotion } from '../../shared/shop/find-reservation.ts';
import { orderGoods } from '../../shared/shop/order-goods.ts';
import { purchaseItem } from '../../shared/shop/purchase-item.ts';
import { redeemCode } from '../../shared/shop/redeem-code.ts';
import { reportSpending } from '../../shared/shop/report-spending.ts';
import { settleOrder } from '../../shared/shop/settle-order.ts';
import { startPromotion } from '../../shared/shop/start-promotion.ts';
import { sweepReservations } from '../../shared/shop/sweep-reservations.ts';
import type { Table } from '../../shared/store/table.ts';
import { spendableCoins } from '../../shared/users/balances.ts';
import { testClient } from '../support/ledger.ts';
import { patiently } from '../support/patiently.ts';
import { fanWith, type World, walletOf } from '../support/people.ts';
import { seededRandom } from '../support/random.ts';
import { days, differences, expectDone, givePromo, later, newShop, now, stockUp, voucher } from './shop-world.ts';

/** The same table, of which one call in eight fails: half of those after they took effect. */
function faultyTable({ name }: Table, random: () => number): Table {
  const client = DynamoDBDocumentClient.from(testClient(), { marshallOptions: { removeUndefinedValues: true } });
  const lost = () => Object.assign(new Error('The answer was lost.'), { name: 'TimeoutError' });
  client.middlewareStack.add(
    (next) => async (args) => {
      if (random() > 1 / 8) return next(args);
      if (random() < 0.5) await next(args);
      throw lost();
    },
    { step: 'initialize', priority: 'low' },
  );
  return { client, name };
}

const fans = ['ana', 'bea', 'cleo'];
const startCoins = 6_000;
const operationsPerSeed = 60;

/** What clients were told, by which the wallets must be explained in the end. */
type Told = {
  gained: Map<string, number>;
  spent: Map<string, number>;
  promotions: { userId: string; promotionId: string; reported: number }[];
  orders: { userId: string; orderId: string }[];
};

function add(sums: Map<string, number>, userId: string, coins: number): void {
  sums.set(userId, (sums.get(userId) ?? 0) + coins);
}

/** Repeats a request until it is answered, as a client does under the same key. */
async function told<Result>(attempt: () => Promise<Result | Refusal>): Promise<Result | undefined> {
  const answer = await patiently(attempt);
  return isRefusal(answer) ? undefined : answer;
}

async function play(world: World, random: () => number, codes: string[]): Promise<Told> {
  const faulty = { ...world, ledger: faultyTable(world.ledger, random) };
  const { ledger } = faulty;
  const happened: Told = { gained: new Map(), spent: new Map(), promotions: [], orders: [] };
  const pick = <Value>(values: Value[]): Value | undefined => values[Math.floor(random() * values.length)];
  const operate = async (number: number): Promise<void> => {
    const at = later(number / 10);
    const userId = pick(fans) ?? 'ana';
    const id = newId(at);
    const kind = Math.floor(random() * 8);
    const [promotion, order] = [pick(happened.promotions), pick(happened.orders)];
    if (kind === 0) {
      const command = { userId, purchaseId: id, item: 'filter_aurora', unitPrice: 200, now: at };
      if (await told(() => purchaseItem(faulty, command))) add(happened.spent, userId, 200);
    } else if (kind === 1) {
      const code = codes.pop() ?? '';
      if (await told(() => redeemCode(faulty, { userId, code, redemptionId: id, now: at })))
        add(happened.gained, userId, 40);
    } else if (kind === 2) {
      const command = { userId, videoId: 'v', budget: 300, endsAt: later(days(3)).toISOString(), now: at };
      const started = await told(() => startPromotion(faulty, { ...command, promotionId: id }));
      if (started) happened.promotions.push({ userId, promotionId: id, reported: 0 });
    } else if (kind <= 4 && promotion) {
      const spentCoins = Math.floor(random() * 250);
      const done = await told(() => reportSpending(ledger, { ...promotion, stepId: id, spentCoins, now: at }));
      if (done) promotion.reported = Math.max(promotion.reported, spentCoins);
    } else if (kind === 5 && promotion) {
      await told(() => endPromotion(ledger, { ...promotion, state: 'finished', now: at }));
    } else if (kind === 6) {
      const command = { userId, orderId: id, item: voucher.code, quantity: 1, unitPrice: 300, now: at };
      if (await told(() => orderGoods(faulty, command))) happened.orders.push({ userId, orderId: id });
    } else if (order) {
      const state = random() < 0.6 ? 'confirmed' : 'canceled';
      await told(() => settleOrder(ledger, { ...order, state, now: at }));
    }
  };
  for (let number = 0; number < operationsPerSeed; number += 3)
    await Promise.all([number, number + 1, number + 2].map(operate));
  return happened;
}

/** What the promotions and orders of a user took for good, or hold. */
async function takenBy(ledger: Table, userId: string, { promotions, orders }: Told): Promise<number> {
  let coins = 0;
  for (const { reported, ...of } of promotions.filter((promotion) => promotion.userId === userId)) {
    const { state, spentCoins, coins: budget } = expectDone(await findPromotion(ledger, of));
    expect(spentCoins).toBe(reported);
    coins += state === 'running' ? budget : spentCoins;
  }
  for (const of of orders.filter((order) => order.userId === userId)) {
    const { state, coins: price } = expectDone(await findOrder(ledger, of));
    if (state === 'reserved' || state === 'confirmed') coins += price;
  }
  return coins;
}

async function expectExplained(world: World, happened: Told): Promise<void> {
  for (const userId of fans) {
    const taken = await takenBy(world.ledger, userId, happened);
    const { gained, spent } = happened;
    const coins = startCoins + (gained.get(userId) ?? 0) - (spent.get(userId) ?? 0) - taken;
    expect(spendableCoins(await walletOf(world, userId), now), userId).toBe(coins);
  }
  expect(await differences(world)).toEqual([]);
}

describe('a ledger whose answers get lost', () => {
  it.each([1, 2])('keeps every coin explained by what clients were told (seed %i)', async (seed) => {
    const world = await newShop();
    for (const userId of fans) {
      await fanWith(world, { userId, coins: startCoins - 500, now });
      await givePromo(world, userId, 500);
    }
    await stockUp(world, 6);
    const until = later(days(10)).toISOString();
    const batch = { count: 30, gives: { coins: 40 }, until, reason: 'Test', batchId: newId(now), caller: 'ops', now };
    const { codes } = expectDone(await makeCodes(world, batch));
    const happened = await play(world, seededRandom(seed), codes);
    await expectExplained(world, happened);
    const run = { now: later(days(4)), remainingMilliseconds: () => 60_000 };
    expect(await sweepReservations(world.ledger, run)).toMatchObject({ failed: 0, complete: true });
    await expectExplained(world, happened);
    const { reserved, sold, left } = await showStock(world.ledger, voucher.code);
    expect(reserved).toBe(0);
    expect(sold + left).toBe(6);
  });
});
