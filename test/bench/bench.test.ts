import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { walletKey } from '../../shared/store/keys.ts';
import type { Item, Table } from '../../shared/store/table.ts';
import { updateIf } from '../../shared/store/write.ts';
import { countRecharges } from './count-recharges.ts';
import { appId } from './fans.ts';
import { openGiftPath } from './gift-path.ts';
import { type Ground, type Grounds, openGrounds } from './ground.ts';
import { itemBytes } from './item-size.ts';
import { sum } from './meter.ts';
import { measurePath } from './units.ts';

let grounds: Grounds;
let ground: Ground;

beforeAll(async () => {
  grounds = await openGrounds();
  ground = await grounds.open();
});
afterAll(() => grounds.close());

describe('what a gift costs along its way', () => {
  it('costs its sender one write unit, and the whole way at most 7.5, when each creator gets one gift', async () => {
    const { parts, total } = await measurePath(ground, { fans: 10, to: 'a creator each', ids: 'number', turns: 3 });
    // The read is of the creator, whom the function instance has not met.
    expect(parts.debit).toMatchObject({ requests: 2, writeUnits: 1, readUnits: 1 });
    // The entry of the gift, the balance and the creator's entry, each in the same transaction.
    expect(parts.credit).toMatchObject({ requests: 1, writeUnits: 6 });
    // Three gifts leave the outbox in one update.
    expect(parts.prune?.writeUnits).toBeCloseTo(1 / 3);
    expect(total.writeUnits).toBeLessThanOrEqual(7.5);
  });

  it('costs its sender one request and one unit, and the whole way at most 3.7, with 90 gifts for one creator, even with UUIDs for ids', async () => {
    const { parts, total } = await measurePath(ground, { fans: 90, to: 'one creator', ids: 'uuid', turns: 3 });
    expect(parts.debit).toMatchObject({ requests: 1, writeUnits: 1, readUnits: 0 });
    expect(parts.credit?.requests).toBeCloseTo(1 / 90);
    expect(parts.relay?.sqsMessages).toBeCloseTo(1 / 90);
    expect(parts.prune?.writeUnits).toBeCloseTo(1 / 3);
    expect(total.writeUnits).toBeLessThanOrEqual(3.7);
  }, 120_000);

  it('touches nothing but the wallet of the sender while the sender waits', async () => {
    const creatorId = appId('number', 'creator', 0);
    const senderId = appId('number', 'fan', 0);
    const path = await openGiftPath(ground, { counting: true, creatorIds: [creatorId] });
    await path.putFans([senderId]);
    await path.send({ senderId, creatorId, liveId: 'live-1' });
    const touched: unknown[] = [];
    path.world.ledger.client.middlewareStack.add((next) => (args) => {
      touched.push((args.input as { Key?: { pk: string } }).Key?.pk);
      return next(args);
    });
    await path.send({ senderId, creatorId, liveId: 'live-1' });
    expect(touched).toEqual([`WALLET#${senderId}`]);
  });
});

describe('what a recharge costs', () => {
  it('stays within the units that the cost table is made of, through every provider', async () => {
    const moves = await countRecharges(ground);
    const limits = { stripe: 26, paypal: 28, apple: 26, google: 32, refund: 14 };
    for (const [move, limit] of Object.entries(limits))
      expect(moves[move as keyof typeof limits].writeUnits, move).toBeLessThanOrEqual(limit);
  }, 60_000);
});

describe('the emulators of a run', () => {
  it('end once, however often they are closed', async () => {
    const others = await openGrounds();
    const { sqsUrl, dynamodbUrl, close } = await others.open();
    await close();
    await close();
    await others.close();
    await others.close();
    for (const url of [sqsUrl, dynamodbUrl]) await expect(fetch(url)).rejects.toThrow();
  });
});

describe('how units are counted', () => {
  it('sizes items as DynamoDB does', async () => {
    const { world, meter, putFans } = await openGiftPath(ground, { counting: true, creatorIds: [] });
    await putFans(['ana']);
    const roomBytes = 1024 - itemBytes(await lengthen(world.ledger, 0));
    const unitsOf = async (bytes: number): Promise<number> => {
      meter.parts.clear();
      meter.begin('update');
      await lengthen(world.ledger, bytes);
      return sum(meter.parts.get('update')?.values() ?? []).writeUnits;
    };
    expect(await unitsOf(roomBytes)).toBe(1);
    expect(await unitsOf(roomBytes + 1)).toBe(2);
  });
});

/** Makes Ana's wallet so many bytes longer than it was at first. */
async function lengthen(ledger: Table, bytes: number): Promise<Item> {
  const updated = await updateIf(ledger, {
    Key: walletKey('ana'),
    UpdateExpression: 'SET openedAt = :openedAt',
    ExpressionAttributeValues: { ':openedAt': `2026-11-21${'x'.repeat(bytes)}` },
  });
  if (!updated.applied) throw new Error('There is no wallet.');
  return updated.item;
}
