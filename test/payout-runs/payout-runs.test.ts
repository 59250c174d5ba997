import type { SQSClient } from '@aws-sdk/client-sqs';
import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId, uuidV7Pattern } from '../../shared/identifiers.ts';
import { scheduledPayoutId } from '../../shared/payout-runs/scheduled-payout-id.ts';
import type { StartPayoutRun } from '../../shared/payout-runs/start-payout-run.ts';
import { listPayouts } from '../../shared/payouts/find-payouts.ts';
import { sweepPayouts } from '../../shared/payouts/sweep-payouts.ts';
import { isRefusal } from '../../shared/refusals.ts';
import type { Payout } from '../../shared/store/items/payout.ts';
import type { PayoutRunLine } from '../../shared/store/items/payout-run.ts';
import { creatorKey, dueBucketOf } from '../../shared/store/keys.ts';
import { payoutRunLinePartition } from '../../shared/store/payout-keys.ts';
import type { Table } from '../../shared/store/table.ts';
import { failingTable } from '../support/failing-table.ts';
import { interruptedTable } from '../support/interrupted-table.ts';
import { runOf, runUntilDone, startRun, workMessage } from '../support/payout-runs.ts';
import {
  auditFindings,
  balancesOf,
  credit,
  nextCreator,
  openPayoutDesk,
  type PayoutDesk,
  readCreator,
} from '../support/payouts.ts';

/** A Saturday; weekly schedules that are set on it come due on Monday, the 23rd, and monthly ones on 1 December. */
const saturday = new Date('2026-11-21T12:00:00.000Z');
const monday = new Date('2026-11-23T06:00:00.000Z');
const nextMonday = '2026-11-30T00:00:00.000Z';

let desk: PayoutDesk;
beforeAll(async () => {
  desk = await openPayoutDesk();
});
beforeEach(async () => {
  // Whoever an earlier test left due is paid now, so that each test counts its own creators only.
  await done(await start());
  await Promise.all([desk.payouts.drain(), desk.runs.drain()]);
});
afterAll(async () => {
  expect(await auditFindings(desk)).toEqual([]);
  await desk.close();
});

function start(change: Partial<StartPayoutRun> = {}): Promise<string> {
  return startRun(desk, { now: monday, ...change });
}

function work(message: unknown, how: { sliceSeconds?: number; ledger?: Table } = {}): Promise<void> {
  return workMessage(desk, message, { now: monday, ...how });
}

function done(runId: string, how: { sliceSeconds?: number; now?: Date } = {}) {
  return runUntilDone(desk, runId, { now: monday, ...how });
}

/** Creators with a weekly schedule that comes due on Monday. */
async function dueCreators(count: number, coins = 2800): Promise<string[]> {
  const creators: string[] = [];
  for (let index = 0; index < count; index++) {
    creators.push(await nextCreator(desk, { schedule: 'weekly', now: saturday }));
    if (coins > 0) await credit(desk, { coins }, saturday);
  }
  return creators;
}

async function payoutsOf(creatorId: string): Promise<Payout[]> {
  const listed = await listPayouts(desk.world.ledger, { creatorId, page: { limit: 100, before: undefined } });
  if (isRefusal(listed)) throw new Error(listed.detail);
  return listed.payouts;
}

async function linesOf(runId: string): Promise<PayoutRunLine[]> {
  const { client, name } = desk.world.ledger;
  const pages = await Promise.all(
    Array.from({ length: 8 }, (_, chunk) =>
      client.send(
        new QueryCommand({
          TableName: name,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': payoutRunLinePartition({ runId, chunk }) },
        }),
      ),
    ),
  );
  return pages.flatMap(({ Items = [] }) => Items as PayoutRunLine[]);
}

/** A region that is no text makes the creator unreadable. */
async function setRegion(creatorId: string, region: unknown): Promise<void> {
  await desk.world.ledger.client.send(
    new UpdateCommand({
      TableName: desk.world.ledger.name,
      Key: creatorKey(creatorId),
      UpdateExpression: 'SET #region = :region',
      ExpressionAttributeNames: { '#region': 'region' },
      ExpressionAttributeValues: { ':region': region },
    }),
  );
}

/** As it is when the index still shows the creator in the bucket of the schedule from before. */
async function setProfileSchedule(creatorId: string, schedule: string): Promise<void> {
  await desk.world.ledger.client.send(
    new UpdateCommand({
      TableName: desk.world.ledger.name,
      Key: creatorKey(creatorId),
      UpdateExpression: 'SET payoutProfile.schedule = :schedule',
      ExpressionAttributeValues: { ':schedule': schedule },
    }),
  );
}

/** How many batches the queue's client has sent since. */
function countCommands(client: SQSClient): () => number {
  let sent = 0;
  client.middlewareStack.add(
    (next, context) => (args) => {
      if (context.commandName === 'SendMessageBatchCommand') sent += 1;
      return next(args);
    },
    { step: 'initialize', name: 'countCommands', override: true },
  );
  return () => sent;
}

function chunkOf(creatorId: string): number {
  return Number(dueBucketOf({ kind: 'payout-weekly', id: creatorId }).split('#')[1]);
}

/** Ids of creators who are in one chunk of a run. */
function sameChunk(prefix: string, count: number): string[] {
  const ids = Array.from({ length: 20 * count }, (_, number) => `${prefix}-${number}`);
  return ids.filter((id) => chunkOf(id) === chunkOf(`${prefix}-0`)).slice(0, count);
}

async function dueAtOf(creatorId: string): Promise<string | undefined> {
  return (await readCreator({ ...desk, creatorId })).dueAt;
}

describe('a payout run', () => {
  it('requests everything of every creator that is due, and moves their dates on', async () => {
    const creators = await dueCreators(3);
    const later = await nextCreator(desk, { schedule: 'weekly', now: monday });
    const monthly = await nextCreator(desk, { schedule: 'monthly', now: saturday });
    const runId = await start();
    expect(await done(runId)).toMatchObject({
      ...{ state: 'finished', schedule: 'weekly', date: '2026-11-23', requested: 3, skipped: 0, failed: 0 },
      chunks: { total: 8, finished: 8 },
    });
    for (const creatorId of creators) {
      expect(await payoutsOf(creatorId)).toMatchObject([
        { state: 'requested', asked: 'all', milliDiamonds: 1_400_000, runId, requestedBy: 'schedule' },
      ]);
      expect(await dueAtOf(creatorId)).toBe(nextMonday);
    }
    expect(await desk.payouts.drain()).toHaveLength(3);
    expect([...(await payoutsOf(later)), ...(await payoutsOf(monthly))]).toEqual([]);
    expect(await dueAtOf(monthly)).toBe('2026-12-01T00:00:00.000Z');
  });

  it('pays the creators of its own schedule, also when both are due on one day', async () => {
    const set = new Date('2027-01-30T12:00:00.000Z');
    const firstAndMonday = new Date('2027-02-01T06:00:00.000Z');
    const [weekly = '', monthly = ''] = [
      await nextCreator(desk, { schedule: 'weekly', now: set }),
      await nextCreator(desk, { schedule: 'monthly', now: set }),
    ];
    await credit(desk, { coins: 2800 }, set);
    const runId = await start({ schedule: 'monthly', now: firstAndMonday });
    expect(await done(runId, { now: firstAndMonday })).toMatchObject({ state: 'finished', requested: 1 });
    expect([(await payoutsOf(monthly)).length, (await payoutsOf(weekly)).length]).toEqual([1, 0]);
    expect(await dueAtOf(monthly)).toBe('2027-03-01T00:00:00.000Z');
    await done(await start({ now: firstAndMonday }), { now: firstAndMonday });
  });

  it('leaves a creator alone who left the schedule after the index was written', async () => {
    const [creatorId = ''] = await dueCreators(1);
    const runId = await start();
    await setProfileSchedule(creatorId, 'monthly');
    expect(await done(runId)).toMatchObject({ requested: 0, skipped: 0 });
    await setProfileSchedule(creatorId, 'weekly');
  });

  it('writes down why it skipped a creator, in a list that the creator can read', async () => {
    const poor = await nextCreator(desk, { schedule: 'weekly', now: saturday });
    await credit(desk, { coins: 100 }, saturday);
    const unknown = await nextCreator(desk, {
      schedule: 'weekly',
      identity: { state: 'unverified' },
      now: saturday,
    });
    const empty = await nextCreator(desk, { schedule: 'weekly', now: saturday });
    const run = await done(await start());
    expect(run).toMatchObject({ state: 'finished', requested: 0, skipped: 3 });
    const reasons = await Promise.all([poor, unknown, empty].map(async (id) => (await payoutsOf(id))[0]?.reason?.code));
    expect(reasons).toEqual(['below_minimum', 'identity_unverified', 'insufficient_diamonds']);
    expect(await payoutsOf(poor)).toMatchObject([
      {
        state: 'skipped',
        milliDiamonds: 0,
        reason: { sentence: expect.stringMatching(/^The smallest payout is 1\.00/) },
      },
    ]);
    expect(await dueAtOf(poor)).toBe(nextMonday);
    expect(await desk.payouts.drain()).toEqual([]);
  });

  it('lists each creator that it came to, with the payout', async () => {
    const [paid = ''] = await dueCreators(1);
    const skipped = await nextCreator(desk, { schedule: 'weekly', now: saturday });
    const runId = await start();
    await done(runId);
    const seen = (await linesOf(runId)).map(({ creatorId, outcome, payoutId }) => ({ creatorId, outcome, payoutId }));
    const idOf = async (creatorId: string) => (await payoutsOf(creatorId))[0]?.payoutId;
    expect(seen.toSorted((a, b) => (a.outcome < b.outcome ? -1 : 1))).toEqual([
      { creatorId: paid, outcome: 'requested', payoutId: await idOf(paid) },
      { creatorId: skipped, outcome: 'skipped', payoutId: await idOf(skipped) },
    ]);
  });

  it('takes what the limits leave and keeps the rest for the next date', async () => {
    await dueCreators(1, 300_000);
    await done(await start());
    expect(await balancesOf(desk)).toMatchObject({ available: 50_000, held: 100_000 });
    expect(await payoutsOf(desk.creatorId)).toMatchObject([{ state: 'awaiting_approval', grossMinor: 100_000 }]);
  });

  it('goes on where it stopped when it is cut into slices', async () => {
    const creators = await dueCreators(12);
    const runId = await start();
    expect(await done(runId, { sliceSeconds: 0 })).toMatchObject({ state: 'finished', requested: 12 });
    for (const creatorId of creators) expect(await payoutsOf(creatorId)).toHaveLength(1);
  });

  it('comes to everybody in a chunk of several pages', { timeout: 60_000 }, async () => {
    for (const creatorId of sameChunk('page', 60))
      await nextCreator(desk, { creatorId, schedule: 'weekly', now: saturday });
    expect(await done(await start())).toMatchObject({ state: 'finished', skipped: 60 });
  });

  it('pays and counts nobody twice when its messages are repeated and worked at once', async () => {
    const creators = await dueCreators(8);
    const runId = await start();
    const messages = await desk.runs.drain();
    await Promise.all([...messages, ...messages, ...messages].map((message) => work(message, { sliceSeconds: 0 })));
    for (const message of messages) await work(message);
    expect(await done(runId)).toMatchObject({ state: 'finished', requested: 8, skipped: 0, failed: 0 });
    for (const creatorId of creators) expect(await payoutsOf(creatorId)).toHaveLength(1);
    expect(await linesOf(runId)).toHaveLength(8);
  });

  it('goes on past a creator that cannot be paid, who stays due and is counted once', async () => {
    const [first = '', bad = '', last = ''] = await dueCreators(3);
    await setRegion(bad, 7);
    const runId = await start();
    const messages = await desk.runs.drain();
    await Promise.all([...messages, ...messages].map((message) => work(message, { sliceSeconds: 0 })));
    expect(await done(runId, { sliceSeconds: 0 })).toMatchObject({ state: 'finished', requested: 2, failed: 1 });
    expect((await payoutsOf(first)).length + (await payoutsOf(last)).length).toBe(2);
    await setRegion(bad, 'US');
    expect(await done(await start())).toMatchObject({ requested: 1, failed: 0 });
    expect(await payoutsOf(bad)).toHaveLength(1);
  });

  it('counts a fault once when two work on one chunk, and goes on with one of them', async () => {
    const creators = sameChunk('fault', 2);
    for (const creatorId of creators) await nextCreator(desk, { creatorId, schedule: 'weekly', now: saturday });
    for (const creatorId of creators) await setRegion(creatorId, 7);
    const runId = await start();
    for (const message of await desk.runs.drain()) {
      const rival = () => work(message, { sliceSeconds: 0 });
      await work(message, { ledger: interruptedTable(desk.world.ledger, 'UpdateItemCommand', rival), sliceSeconds: 0 });
    }
    expect(await desk.runs.drain()).toHaveLength(1);
    await work({ version: 2, runId, chunk: chunkOf(creators[0] ?? '') });
    expect(await runOf(desk, runId)).toMatchObject({ state: 'finished', failed: 2 });
    for (const creatorId of creators) await setRegion(creatorId, 'US');
  });

  it('pays the next date as a payout of its own', async () => {
    const [creatorId = ''] = await dueCreators(1);
    await done(await start());
    await credit(desk, { coins: 2800 }, monday);
    const oneWeekLater = new Date('2026-11-30T06:00:00.000Z');
    await done(await start({ now: oneWeekLater }), { now: oneWeekLater });
    expect(await payoutsOf(creatorId)).toHaveLength(2);
  });

  it('hands the payouts of a page over together', async () => {
    for (const creatorId of sameChunk('together', 6)) {
      await nextCreator(desk, { creatorId, schedule: 'weekly', now: saturday });
      await credit(desk, { coins: 2800 }, saturday);
    }
    const runId = await start();
    const sent = countCommands(desk.payouts.client);
    await done(runId);
    expect(await desk.payouts.drain()).toHaveLength(6);
    expect(sent()).toBe(1);
  });

  it('leaves what the queue does not take to the sweep', async () => {
    await dueCreators(1);
    const runId = await start();
    const payouts = { ...desk.payouts, url: `${desk.payouts.url}-nowhere` };
    await runUntilDone({ ...desk, payouts }, runId, { now: monday });
    expect(await runOf(desk, runId)).toMatchObject({ state: 'finished', requested: 1, failed: 0 });
    const { ledger } = desk.world;
    const sweep = { ledger, payouts: desk.payouts, providers: desk.providers };
    await sweepPayouts(sweep, { now: new Date('2026-11-23T06:02:00.000Z'), remainingMilliseconds: () => 300_000 });
    const [payout] = await payoutsOf(desk.creatorId);
    expect(JSON.stringify(await desk.payouts.drain())).toContain(payout?.payoutId);
  });

  it('pays once when the answer of the ledger is lost', async () => {
    const [creatorId = ''] = await dueCreators(1);
    const runId = await start();
    const lost = { command: 'TransactWriteItemsCommand', times: 1, error: new Error('lost'), afterEffect: true };
    const [bucket = ''] = (await readCreator({ ...desk, creatorId })).dueBucket?.split('#').slice(1) ?? [];
    for (const message of await desk.runs.drain()) {
      const isTheirs = (message as { chunk: number }).chunk === Number(bucket);
      await work(message, isTheirs ? { ledger: failingTable(desk.world.ledger, lost) } : {});
    }
    expect(await runOf(desk, runId)).toMatchObject({ state: 'finished', requested: 1 });
    expect(await done(await start())).toMatchObject({ requested: 0 });
    expect(await payoutsOf(creatorId)).toHaveLength(1);
  });
});

describe('a dry run', () => {
  it('decides as the real one would, and changes nothing but its own lines and counts', async () => {
    const [creatorId = ''] = await dueCreators(1);
    const unverified = await nextCreator(desk, {
      schedule: 'weekly',
      identity: { state: 'unverified' },
      now: saturday,
    });
    const runId = await start({ dryRun: true });
    expect(await done(runId)).toMatchObject({ state: 'finished', dryRun: true, requested: 1, skipped: 1 });
    const decisions = new Map((await linesOf(runId)).map((line) => [line.creatorId, line.decision]));
    expect(decisions.get(creatorId)).toMatchObject({
      state: 'requested',
      grossMinor: 1400,
      feeMinor: 31,
      netMinor: 1369,
    });
    expect(decisions.get(unverified)).toMatchObject({ state: 'skipped', reason: 'identity_unverified' });
    expect([...(await payoutsOf(creatorId)), ...(await desk.payouts.drain())]).toEqual([]);
    expect(await dueAtOf(creatorId)).toBe('2026-11-23T00:00:00.000Z');
    const real = await start();
    expect(await done(real)).toMatchObject({ requested: 1, skipped: 1 });
    const payouts = [...(await payoutsOf(creatorId)), ...(await payoutsOf(unverified))];
    expect(payouts.map(({ state, netMinor, reason }) => [state, netMinor, reason?.code])).toEqual([
      ['requested', 1369, undefined],
      ['skipped', 0, 'identity_unverified'],
    ]);
  });

  it('lists and counts everybody once, however often its messages come', async () => {
    await dueCreators(3);
    const runId = await start({ dryRun: true });
    const messages = await desk.runs.drain();
    await Promise.all([...messages, ...messages].map((message) => work(message, { sliceSeconds: 0 })));
    for (const message of messages) await work(message);
    expect(await done(runId)).toMatchObject({ requested: 3, failed: 0 });
    expect(await linesOf(runId)).toHaveLength(3);
  });

  it('may be made while the real one is on', async () => {
    await dueCreators(1);
    const real = await start();
    await start({ dryRun: true });
    expect(await done(real)).toMatchObject({ state: 'finished', requested: 1 });
  });
});

describe('the id of a scheduled payout', () => {
  it('is a UUIDv7 of the date, the same for the same creator and date and for no other', () => {
    const id = scheduledPayoutId({ creatorId: 'cy', dueAt: nextMonday });
    expect(id).toMatch(uuidV7Pattern);
    expect(id.slice(0, 13)).toBe(newId(new Date(nextMonday)).slice(0, 13));
    expect(scheduledPayoutId({ creatorId: 'cy', dueAt: nextMonday })).toBe(id);
    expect(scheduledPayoutId({ creatorId: 'di', dueAt: nextMonday })).not.toBe(id);
    expect(scheduledPayoutId({ creatorId: 'cy', dueAt: '2026-12-07T00:00:00.000Z' })).not.toBe(id);
  });
});
