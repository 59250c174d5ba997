import { BatchWriteCommand, DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { putCreator } from '../../shared/earnings/put-creator.ts';
import { newId } from '../../shared/identifiers.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { addUpDays, readProgress } from '../../shared/statements/add-up-days.ts';
import { addUpWaiting } from '../../shared/statements/add-up-waiting.ts';
import { bringUpToDate } from '../../shared/statements/bring-up-to-date.ts';
import { readDays } from '../../shared/statements/read-days.ts';
import type { CreditEntry } from '../../shared/store/items/creator.ts';
import type { CreatorDay } from '../../shared/store/items/creator-day.ts';
import { addingUpKey, creatorDayKey, creatorEntryKey, creatorShardKey } from '../../shared/store/keys.ts';
import { countRequests } from '../support/count-requests.ts';
import { newWorld, type World } from '../support/people.ts';
import { creditAt, giftOf } from './history.ts';

const begin = new Date('2026-10-01T12:00:00.000Z');
const now = new Date('2026-10-20T12:00:00.000Z');
const upTo = '2026-10-19';

let world: World;
beforeAll(async () => {
  world = await newWorld(begin);
});

let creators = 0;

async function newCreator(): Promise<string> {
  creators += 1;
  const creatorId = `creator-${creators}`;
  const command = { creatorId, ownerUserId: 'cyril', region: 'US', giftsEnabled: true, now: begin };
  const creator = await putCreator(world, command);
  if (isRefusal(creator)) throw new Error(creator.detail);
  return creatorId;
}

function day(number: number, hour = 12): Date {
  return new Date(`2026-10-${String(number).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00.000Z`);
}

/** Some days, each with gifts in several shards. */
async function newHistory(): Promise<string> {
  const creatorId = await newCreator();
  for (const number of [2, 3, 7])
    for (const shard of [0, 1, 2]) {
      const at = day(number, shard * 5);
      const gifts = [giftOf({ sentAt: at.getTime(), senderId: `fan-${shard}`, unitPrice: number, milliDiamonds: 500 })];
      await creditAt(world.ledger, { creatorId, gifts, shard, now: at });
    }
  return creatorId;
}

async function daysOf(creatorId: string): Promise<CreatorDay[]> {
  const days: CreatorDay[] = [];
  for await (const found of readDays(world.ledger, { creatorId, from: '2026-01-01', to: '2026-12-31' }))
    days.push(found);
  return days;
}

/** Stops after so many questions whether it must. */
function stopAfter(questions: number): () => boolean {
  let left = questions;
  return () => left-- <= 0;
}

/** Puts entries of 90 gifts, about 13 kB each, in one shard. */
async function putLargeEntries(creatorId: string, { count, at }: { count: number; at: Date }): Promise<void> {
  const { ledger } = world;
  await ledger.client.send(
    new PutCommand({
      TableName: ledger.name,
      Item: { ...creatorShardKey({ creatorId, shard: 0 }), creatorId, shard: 0 },
    }),
  );
  const entries = Array.from({ length: count }, (_, number): CreditEntry => {
    const entryId = newId(new Date(at.getTime() + number));
    const gift = {
      giftId: newId(at),
      senderId: `fan-${number}`,
      gift: 'rose',
      quantity: 1,
      coins: 1,
      milliDiamonds: 500,
    };
    const gifts = Array.from({ length: 90 }, () => gift);
    const amounts = { milliDiamonds: 45_000 };
    return { entryId, creatorId, shard: 0, at: at.toISOString(), flow: 'credit', amounts, gifts };
  });
  for (let start = 0; start < count; start += 25)
    await ledger.client.send(
      new BatchWriteCommand({
        RequestItems: {
          [ledger.name]: entries
            .slice(start, start + 25)
            .map((entry) => ({ PutRequest: { Item: { ...creatorEntryKey(entry), ...entry } } })),
        },
      }),
    );
}

describe('adding up days', () => {
  it('comes to the same, however often it is stopped and gone on with, and by however many at once', async () => {
    const creatorId = await newHistory();
    await addUpDays(world, { creatorId, upTo, mustStop: () => false });
    const whole = await daysOf(creatorId);
    expect(whole.map((item) => item.day)).toEqual(['2026-10-02', '2026-10-03', '2026-10-07']);
    const progress = await readProgress(world.ledger, creatorId);
    await forget(creatorId, whole);
    const run = async () => {
      for (let turn = 0; turn < 40; turn++) await addUpDays(world, { creatorId, upTo, mustStop: stopAfter(1) });
    };
    await Promise.all([run(), run(), run()]);
    expect(await daysOf(creatorId)).toEqual(whole);
    expect((await readProgress(world.ledger, creatorId)).closing).toEqual(progress.closing);
    expect((await readProgress(world.ledger, creatorId)).through).toBe(upTo);
  });

  it('goes on in the middle of a day with more entries than one page has', async () => {
    const creatorId = await newCreator();
    await putLargeEntries(creatorId, { count: 200, at: day(5) });
    const first = await addUpDays(world, { creatorId, upTo, mustStop: stopAfter(1) });
    expect(first.through).toBeUndefined();
    expect(first.begun?.sum.movements[0]?.count).toBeGreaterThan(50);
    expect(first.begun?.sum.movements[0]?.count).toBeLessThan(200);
    await addUpDays(world, { creatorId, upTo, mustStop: () => false });
    const [sum] = await daysOf(creatorId);
    expect(sum?.movements).toMatchObject([{ flow: 'credit', count: 200, changes: { available: 9_000_000 } }]);
    expect(sum?.credited).toMatchObject([{ gifts: 18_000, milliDiamonds: 9_000_000 }]);
    const { first: listed = [], rest } = sum?.supporters ?? {};
    expect(listed).toHaveLength(100);
    expect(rest).toEqual({ gifts: 9_000, milliDiamonds: 4_500_000 });
  });

  it('reads nothing again of days that are added up', async () => {
    const creatorId = await newHistory();
    await addUpDays(world, { creatorId, upTo, mustStop: () => false });
    const { world: counted, requests } = countRequests(world);
    await addUpDays(counted, { creatorId, upTo, mustStop: () => false });
    expect(requests()).toMatchObject({ requests: 1, writeUnits: 0 });
  });

  it('leaves a day alone that is not over for an hour, and adds it up then', async () => {
    const creatorId = await newCreator();
    const late = day(19, 23);
    await creditAt(world.ledger, { creatorId, gifts: [giftOf({ sentAt: late.getTime() })], now: late });
    const question = { creatorId, to: '2026-10-31' };
    expect(await bringUpToDate(world, { ...question, now: day(20, 0) })).toEqual({ through: '2026-10-18' });
    expect(await daysOf(creatorId)).toEqual([]);
    expect(await bringUpToDate(world, { ...question, now: day(20, 1) })).toEqual({ through: '2026-10-19' });
    expect(await daysOf(creatorId)).toHaveLength(1);
  });

  it('asks to come back when it takes longer than a request may, and a job does the rest', async () => {
    const creatorId = await newHistory();
    const question = { creatorId, to: upTo, now, patienceMilliseconds: -1 };
    expect(await bringUpToDate(world, question)).toMatchObject({
      code: 'earnings_not_added_up',
      facts: { creatorId, retryAfterSeconds: 60 },
    });
    const report = await addUpWaiting(world, { now, remainingMilliseconds: () => 50_000 });
    expect(report).toEqual({ creators: 1, finished: 1, failed: 0 });
    expect(await bringUpToDate(world, question)).toEqual({ through: upTo });
    const again = await addUpWaiting(world, { now, remainingMilliseconds: () => 50_000 });
    expect(again).toEqual({ creators: 0, finished: 0, failed: 0 });
    expect(await daysOf(creatorId)).toHaveLength(3);
  });

  it('of one creator that fails holds up no other', async () => {
    const [broken, sound] = [await newCreator(), await newHistory()];
    const at = day(4);
    await creditAt(world.ledger, { creatorId: broken, gifts: [giftOf({ sentAt: at.getTime() })], now: at });
    const entry = { creatorId: broken, shard: 0, entryId: newId(at) };
    await world.ledger.client.send(
      new PutCommand({
        TableName: world.ledger.name,
        Item: { ...creatorEntryKey(entry), ...entry, flow: 'unheard of' },
      }),
    );
    for (const creatorId of [broken, sound])
      await bringUpToDate(world, { creatorId, to: upTo, now, patienceMilliseconds: -1 });
    const report = await addUpWaiting(world, { now, remainingMilliseconds: () => 50_000 });
    expect(report).toEqual({ creators: 2, finished: 1, failed: 1 });
    expect(await daysOf(sound)).toHaveLength(3);
  });
});

async function forget(creatorId: string, days: CreatorDay[]): Promise<void> {
  const { ledger } = world;
  for (const key of [addingUpKey(creatorId), ...days.map(({ day }) => creatorDayKey({ creatorId, day }))])
    await ledger.client.send(new DeleteCommand({ TableName: ledger.name, Key: key }));
}
