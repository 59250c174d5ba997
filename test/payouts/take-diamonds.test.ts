import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addDays, dayOf } from '../../shared/calendar.ts';
import { readShards } from '../../shared/earnings/read-shards.ts';
import {
  foldOldestDays,
  hasManyMaturedDays,
  planTakes,
  type Take,
  takeFromShard,
} from '../../shared/payouts/take-diamonds.ts';
import type { CreatorShard } from '../../shared/store/items/creator.ts';
import { transact } from '../../shared/store/write.ts';
import { balancesOf, credit, nextCreator, openPayoutDesk, type PayoutDesk } from '../support/payouts.ts';

const today = dayOf(new Date());

let desk: PayoutDesk;
beforeAll(async () => {
  desk = await openPayoutDesk();
});
beforeEach(() => nextCreator(desk));
afterAll(() => desk.close());

async function planned(diamonds: number): Promise<Take[]> {
  const shards = await readShards(desk.world.ledger, desk.creatorId);
  return planTakes(shards, { amount: diamonds * 1000, today });
}

function commit(takes: Take[]) {
  const writes = takes.map((take) => takeFromShard(take, {}, () => `shard ${take.shard.shard}`));
  return transact(desk.world.ledger, writes);
}

function shardOf(matured: number): CreatorShard {
  const days = Array.from({ length: matured }, (_, index) => [addDays(today, -index), 1_000_000_000] as const);
  const maturing = Object.fromEntries(days);
  return { creatorId: 'cy', shard: 63, available: 0, held: 0, paidOut: 0, lifetime: 0, owed: 0, maturing };
}

describe('taking diamonds from a shard', () => {
  it('fails when what was available has been taken by somebody else', async () => {
    await credit(desk, { coins: 2000 });
    const [first, second] = [await planned(600), await planned(600)];
    expect(await commit(first)).toEqual({ committed: true });
    expect(await commit(second)).toEqual({ committed: false, failures: ['shard 0'] });
    expect(await balancesOf(desk)).toMatchObject({ available: 400 });
  });

  it('fails when a matured day has been folded by somebody else', async () => {
    await credit(desk, { coins: 2000, maturesOn: today });
    const [first, second] = [await planned(400), await planned(400)];
    expect(await commit(first)).toEqual({ committed: true });
    expect(await commit(second)).toEqual({ committed: false, failures: ['shard 0'] });
    expect(await balancesOf(desk)).toMatchObject({ available: 600 });
  });

  it('goes through while gifts are credited to the same shard', async () => {
    await credit(desk, { coins: 2000 });
    const takes = await planned(1000);
    await credit(desk, { coins: 20 });
    await credit(desk, { coins: 20, maturesOn: addDays(today, 14) });
    expect(await commit(takes)).toEqual({ committed: true });
    expect(await balancesOf(desk)).toMatchObject({ available: 10, maturing: 10 });
  });

  it('holds nothing when the creator owes more than was seen', async () => {
    await credit(desk, { coins: 2000 });
    const [take] = await planned(1000);
    if (!take) throw new Error('nothing to take');
    const hold = takeFromShard(take, { held: 1_000_000 }, () => 'hold');
    const debt = takeFromShard({ ...take, milliDiamonds: 0 }, { owed: 500 }, () => 'debt');
    expect(await transact(desk.world.ledger, [debt])).toEqual({ committed: true });
    expect(await transact(desk.world.ledger, [hold])).toEqual({ committed: false, failures: ['hold'] });
  });

  it('cannot be planned for more than there is', async () => {
    await credit(desk, { coins: 2000, maturesOn: addDays(today, 1) });
    await expect(planned(1)).rejects.toThrow(RangeError);
  });
});

describe('folding matured days', () => {
  it('happens once, however many do it at the same moment', async () => {
    for (const days of [0, 1, 2]) await credit(desk, { coins: 200, maturesOn: addDays(today, -days) });
    const [shard] = await readShards(desk.world.ledger, desk.creatorId);
    if (!shard) throw new Error('no shard');
    await Promise.all([1, 2, 3].map(() => foldOldestDays(desk.world.ledger, shard, today)));
    const [folded] = await readShards(desk.world.ledger, desk.creatorId);
    expect(folded).toMatchObject({ available: 300_000, maturing: {} });
  });

  it('keeps every write within what DynamoDB allows an expression', () => {
    const most = shardOf(50);
    expect([hasManyMaturedDays(most, today), hasManyMaturedDays(shardOf(51), today)]).toEqual([false, true]);
    const [take] = planTakes([most], { amount: 1_000, today });
    if (!take) throw new Error('nothing taken');
    const write = takeFromShard(take, { held: 1 }, () => 'failed');
    if (!('update' in write)) throw new Error('not an update');
    const { UpdateExpression = '', ConditionExpression = '', ExpressionAttributeNames = {} } = write.update;
    expect(UpdateExpression.length).toBeLessThan(4096);
    expect(ConditionExpression.length).toBeLessThan(4096);
    expect(ConditionExpression.match(/=|AND/g)?.length).toBeLessThan(300);
    expect(Object.keys(ExpressionAttributeNames).length).toBeLessThan(255);
  });
});
