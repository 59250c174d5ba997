import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId, uuidV7Pattern } from '../../shared/identifiers.ts';
import { listPayouts } from '../../shared/payouts/find-payouts.ts';
import { PayoutRunMessage } from '../../shared/payouts/messages.ts';
import { findPayoutRun, startPayoutRun, stopPayoutRun } from '../../shared/payouts/payout-runs.ts';
import { scheduledPayoutId } from '../../shared/payouts/scheduled-payout-id.ts';
import { sweepPayouts } from '../../shared/payouts/sweep-payouts.ts';
import { workPayoutRun } from '../../shared/payouts/work-payout-run.ts';
import { isRefusal } from '../../shared/refusals.ts';
import type { Payout, PayoutRun } from '../../shared/store/items/payout.ts';
import { creatorKey } from '../../shared/store/keys.ts';
import { failingTable } from '../support/failing-table.ts';
import { interruptedTable } from '../support/interrupted-table.ts';
import {
  auditFindings,
  balancesOf,
  credit,
  nextCreator,
  openPayoutDesk,
  type PayoutDesk,
  readCreator,
} from '../support/payouts.ts';

/** A Saturday; weekly schedules that are set on it come due on Monday, the 23rd. */
const saturday = new Date('2026-11-21T12:00:00.000Z');
const monday = new Date('2026-11-23T06:00:00.000Z');
const nextMonday = '2026-11-30T00:00:00.000Z';

let desk: PayoutDesk;
beforeAll(async () => {
  desk = await openPayoutDesk();
});
beforeEach(async () => {
  // Whoever an earlier test left due is paid now, so that each test counts its own creators only.
  await runUntilDone(await start({ now: monday }));
  await Promise.all([desk.payouts.drain(), desk.runs.drain()]);
});
afterAll(async () => {
  expect(await auditFindings(desk)).toEqual([]);
  await desk.close();
});

async function start(change: { now?: Date; runId?: string; dueThrough?: string; startedBy?: string } = {}) {
  const now = change.now ?? monday;
  const command = { runId: newId(new Date()), startedBy: 'schedule', ...change, now };
  const started = await startPayoutRun({ ledger: desk.world.ledger, runs: desk.runs }, command);
  if (isRefusal(started)) throw new Error(started.detail);
  return started.run.runId;
}

/** Works one message of the queue of runs; `sliceSeconds` 0 ends a slice after every creator. */
async function work(message: unknown, { sliceSeconds = 20, now = monday } = {}): Promise<void> {
  const stores = { ...desk.world, payouts: desk.payouts, runs: desk.runs, sliceSeconds };
  await workPayoutRun(stores, PayoutRunMessage.parse(message), now);
}

async function runUntilDone(runId: string, options: { sliceSeconds?: number; now?: Date } = {}): Promise<PayoutRun> {
  for (let slice = 0; slice < 500; slice++) {
    const messages = await desk.runs.drain();
    if (messages.length === 0) return runOf(runId);
    for (const message of messages) await work(message, options);
  }
  throw new Error('The run does not end.');
}

async function runOf(runId: string): Promise<PayoutRun> {
  const run = await findPayoutRun(desk.world.ledger, runId);
  if (isRefusal(run)) throw new Error(run.detail);
  return run;
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

async function dueAtOf(creatorId: string): Promise<string | undefined> {
  return (await readCreator({ ...desk, creatorId })).dueAt;
}

describe('a payout run', () => {
  it('requests everything of every creator that is due, and moves their dates on', async () => {
    const creators = await dueCreators(3);
    const later = await nextCreator(desk, { schedule: 'monthly', now: saturday });
    const runId = await start();
    expect(await runUntilDone(runId)).toMatchObject({ state: 'finished', requested: 3, skipped: 0, failed: 0 });
    for (const creatorId of creators) {
      expect(await payoutsOf(creatorId)).toMatchObject([
        { state: 'requested', asked: 'all', milliDiamonds: 1_400_000, runId, requestedBy: 'schedule' },
      ]);
      expect(await dueAtOf(creatorId)).toBe(nextMonday);
    }
    expect(await desk.payouts.drain()).toHaveLength(3);
    expect(await payoutsOf(later)).toEqual([]);
    expect(await dueAtOf(later)).toBe('2026-12-01T00:00:00.000Z');
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
    const run = await runUntilDone(await start());
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

  it('takes what the limits leave and keeps the rest for the next date', async () => {
    await dueCreators(1, 300_000);
    await runUntilDone(await start());
    expect(await balancesOf(desk)).toMatchObject({ available: 50_000, held: 100_000 });
    expect(await payoutsOf(desk.creatorId)).toMatchObject([{ state: 'awaiting_approval', grossMinor: 100_000 }]);
  });

  it('goes on where it stopped when it is cut into slices', async () => {
    const creators = await dueCreators(5);
    const runId = await start();
    expect(await runUntilDone(runId, { sliceSeconds: 0 })).toMatchObject({ state: 'finished', requested: 5 });
    for (const creatorId of creators) expect(await payoutsOf(creatorId)).toHaveLength(1);
  });

  it('pays and counts nobody twice when its messages are repeated and worked at once', async () => {
    const creators = await dueCreators(4);
    const runId = await start();
    const [message] = await desk.runs.drain();
    await Promise.all([work(message), work(message), work(message)]);
    await work(message);
    expect(await runUntilDone(runId)).toMatchObject({ state: 'finished', requested: 4, skipped: 0 });
    for (const creatorId of creators) expect(await payoutsOf(creatorId)).toHaveLength(1);
  });

  it('can be stopped in the middle, and another run pays the others and nobody twice', async () => {
    const creators = await dueCreators(5);
    const first = await start();
    const [message] = await desk.runs.drain();
    await work(message, { sliceSeconds: 0 });
    const [next] = await desk.runs.drain();
    await work(next, { sliceSeconds: 0 });
    expect(await stopPayoutRun(desk.world.ledger, first)).toMatchObject({ state: 'stopped' });
    const stopped = await runUntilDone(first, { sliceSeconds: 0 });
    expect(stopped).toMatchObject({ state: 'stopped' });
    const second = await runUntilDone(await start());
    expect(second).toMatchObject({ state: 'finished' });
    expect(stopped.requested + second.requested).toBe(5);
    expect(stopped.requested).toBeGreaterThan(0);
    expect(second.requested).toBeGreaterThan(0);
    for (const creatorId of creators) expect(await payoutsOf(creatorId)).toHaveLength(1);
  });

  it('requests nothing more after it was stopped, not even for a creator that it had begun with', async () => {
    const [creatorId = ''] = await dueCreators(1);
    const runId = await start();
    const [message] = await desk.runs.drain();
    const stop = () => stopPayoutRun(desk.world.ledger, runId);
    const ledger = interruptedTable(desk.world.ledger, 'TransactWriteItemsCommand', stop);
    const stores = { ...desk.world, ledger, payouts: desk.payouts, runs: desk.runs, sliceSeconds: 20 };
    await workPayoutRun(stores, PayoutRunMessage.parse(message), monday);
    expect(await runOf(runId)).toMatchObject({ state: 'stopped', requested: 0, skipped: 0 });
    expect(await payoutsOf(creatorId)).toEqual([]);
    expect(await dueAtOf(creatorId)).toBe('2026-11-23T00:00:00.000Z');
  });

  it('goes on past a creator that cannot be paid, who stays due', async () => {
    const [first = '', bad = '', last = ''] = await dueCreators(3);
    await setRegion(bad, 7);
    const run = await runUntilDone(await start(), { sliceSeconds: 0 });
    expect(run).toMatchObject({ state: 'finished', requested: 2, failed: 1 });
    expect((await payoutsOf(first)).length + (await payoutsOf(last)).length).toBe(2);
    await setRegion(bad, 'US');
    expect(await runUntilDone(await start())).toMatchObject({ requested: 1, failed: 0 });
    expect(await payoutsOf(bad)).toHaveLength(1);
  });

  it('pays the next date as a payout of its own', async () => {
    const [creatorId = ''] = await dueCreators(1);
    await runUntilDone(await start());
    await credit(desk, { coins: 2800 }, monday);
    const oneWeekLater = new Date('2026-11-30T06:00:00.000Z');
    await runUntilDone(await start({ now: oneWeekLater }), { now: oneWeekLater });
    expect(await payoutsOf(creatorId)).toHaveLength(2);
  });

  it('leaves what the queue does not take to the sweep', async () => {
    await dueCreators(1);
    const runId = await start();
    const [message] = await desk.runs.drain();
    const payouts = { ...desk.payouts, url: `${desk.payouts.url}-nowhere` };
    const stores = { ...desk.world, payouts, runs: desk.runs, sliceSeconds: 20 };
    await workPayoutRun(stores, PayoutRunMessage.parse(message), monday);
    expect(await runOf(runId)).toMatchObject({ state: 'finished', requested: 1, failed: 0 });
    const { ledger } = desk.world;
    const sweep = { ledger, payouts: desk.payouts, providers: desk.providers };
    await sweepPayouts(sweep, { now: new Date('2026-11-23T06:02:00.000Z'), remainingMilliseconds: () => 300_000 });
    const [payout] = await payoutsOf(desk.creatorId);
    expect(await desk.payouts.drain()).toContainEqual({ version: 1, payoutId: payout?.payoutId });
  });

  it('pays once when the answer of the ledger is lost', async () => {
    const [creatorId = ''] = await dueCreators(1);
    const runId = await start();
    const [message] = await desk.runs.drain();
    const lost = { command: 'TransactWriteItemsCommand', times: 1, error: new Error('lost'), afterEffect: true };
    const stores = { ...desk.world, ledger: failingTable(desk.world.ledger, lost), payouts: desk.payouts };
    await workPayoutRun({ ...stores, runs: desk.runs, sliceSeconds: 20 }, PayoutRunMessage.parse(message), monday);
    expect(await runOf(runId)).toMatchObject({ state: 'finished', requested: 1 });
    expect(await runUntilDone(await start())).toMatchObject({ requested: 0 });
    expect(await payoutsOf(creatorId)).toHaveLength(1);
  });
});

describe('starting and stopping a run', () => {
  it('gives the same run again under the same key, and sends its message again', async () => {
    const runId = await start();
    expect(await start({ runId })).toBe(runId);
    expect(await desk.runs.drain()).toHaveLength(2);
    const other = { runId, dueThrough: '2026-11-22T00:00:00Z', startedBy: 'operations', now: monday };
    const reused = await startPayoutRun({ ledger: desk.world.ledger, runs: desk.runs }, other);
    expect(reused).toMatchObject({ code: 'idempotency_key_reused' });
  });

  it('refuses a run over dates to come', async () => {
    const command = { runId: newId(monday), dueThrough: nextMonday, startedBy: 'operations', now: monday };
    const refused = await startPayoutRun({ ledger: desk.world.ledger, runs: desk.runs }, command);
    expect(refused).toMatchObject({ code: 'malformed_request' });
  });

  it('leaves creators alone who came due after the moment that was given', async () => {
    const [creatorId = ''] = await dueCreators(1);
    await runUntilDone(await start({ dueThrough: '2026-11-22T23:59:59Z' }));
    expect(await payoutsOf(creatorId)).toEqual([]);
  });

  it('can be repeated, and is refused once the run has finished', async () => {
    const runId = await start();
    await stopPayoutRun(desk.world.ledger, runId);
    expect(await stopPayoutRun(desk.world.ledger, runId)).toMatchObject({ state: 'stopped' });
    const finished = await start();
    await runUntilDone(finished);
    expect(await stopPayoutRun(desk.world.ledger, finished)).toMatchObject({ code: 'state_conflict' });
    const nowhere = await stopPayoutRun(desk.world.ledger, newId(monday));
    expect(nowhere).toMatchObject({ code: 'payout_run_not_found' });
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
