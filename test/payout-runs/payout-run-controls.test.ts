import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../shared/identifiers.ts';
import { endChunk } from '../../shared/payout-runs/chunks.ts';
import { findPayoutRun, listPayoutRuns } from '../../shared/payout-runs/find-payout-runs.ts';
import { resumePayoutRun } from '../../shared/payout-runs/resume-payout-run.ts';
import { startDueRuns } from '../../shared/payout-runs/start-due-runs.ts';
import { stopPayoutRun } from '../../shared/payout-runs/stop-payout-run.ts';
import { sweepPayoutRuns } from '../../shared/payout-runs/sweep-payout-runs.ts';
import { listPayouts } from '../../shared/payouts/find-payouts.ts';
import type { Table } from '../../shared/store/table.ts';
import { failingTable } from '../support/failing-table.ts';
import { interruptedTable } from '../support/interrupted-table.ts';
import { granted, runOf, runUntilDone, startRun, tryToStart, workMessage } from '../support/payout-runs.ts';
import { auditFindings, credit, nextCreator, openPayoutDesk, type PayoutDesk } from '../support/payouts.ts';
import { connectReports, startReports, type TestReports } from '../support/reports.ts';

const saturday = new Date('2026-11-21T12:00:00.000Z');
const monday = new Date('2026-11-23T06:00:00.000Z');

let desk: PayoutDesk;
let reports: TestReports;
beforeAll(async () => {
  [desk, reports] = await Promise.all([openPayoutDesk(), startReports()]);
});
beforeEach(async () => {
  // Whoever an earlier test left due is paid now, and its run is over.
  const { runs } = await listPayoutRuns(desk.world.ledger, {
    schedule: 'weekly',
    page: { limit: 100, before: undefined },
  });
  for (const { run } of runs) if (['running', 'stopping'].includes(run.state)) await stop(run.runId);
  await done(await start());
  await Promise.all([desk.payouts.drain(), desk.runs.drain()]);
});
afterAll(async () => {
  expect(await auditFindings(desk)).toEqual([]);
  await Promise.all([desk.close(), reports.close()]);
});

const start = (change = {}) => startRun(desk, { now: monday, ...change });
const done = (runId: string, how = {}) => runUntilDone(desk, runId, { now: monday, ...how });

function stop(runId: string, ledger: Table = desk.world.ledger) {
  return stopPayoutRun(ledger, { runId, stoppedBy: 'operations', now: monday });
}

function resume(runId: string) {
  const stores = { ledger: desk.world.ledger, runs: desk.runs };
  return resumePayoutRun(stores, { runId, resumedBy: 'night-shift', now: monday });
}

function sweep(minutesLater: number) {
  const stores = { ledger: desk.world.ledger, runs: desk.runs, reports: connectReports(reports) };
  const now = new Date(monday.getTime() + minutesLater * 60_000);
  return sweepPayoutRuns(stores, { now, remainingMilliseconds: () => 300_000 });
}

async function dueCreators(count: number): Promise<string[]> {
  const creators: string[] = [];
  for (let index = 0; index < count; index++) {
    creators.push(await nextCreator(desk, { schedule: 'weekly', now: saturday }));
    await credit(desk, { coins: 2800 }, saturday);
  }
  return creators;
}

async function payoutsOf(creatorId: string) {
  const page = { limit: 100, before: undefined };
  return granted(await listPayouts(desk.world.ledger, { creatorId, page })).payouts;
}

/** Works the messages of the run once, each for one creator, and leaves what follows in the queue. */
async function workOnce(): Promise<void> {
  for (const message of await desk.runs.drain()) await workMessage(desk, message, { now: monday, sliceSeconds: 0 });
}

describe('starting a run', () => {
  it('gives the same run again under the same key, as it stands, and sends the messages of its open chunks again', async () => {
    const runId = await start();
    const [message] = await desk.runs.drain();
    await workMessage(desk, message, { now: monday });
    const again = granted(await tryToStart(desk, { runId, now: monday }));
    expect([again.run.runId, again.replayed]).toEqual([runId, true]);
    expect(await desk.runs.drain()).toHaveLength(7);
    for (const other of [{ schedule: 'monthly' }, { date: '2026-11-22' }, { dryRun: true }] as const)
      expect(await tryToStart(desk, { runId, now: monday, ...other })).toMatchObject({
        code: 'idempotency_key_reused',
      });
  });

  it('refuses a second run of the schedule, and names the one that is on', async () => {
    const runId = await start({ date: '2026-11-22' });
    expect(await tryToStart(desk, { now: monday })).toMatchObject({
      code: 'payout_run_in_progress',
      facts: { runId, schedule: 'weekly', date: '2026-11-22' },
    });
    const monthly = await start({ schedule: 'monthly' });
    expect(await done(runId)).toMatchObject({ state: 'finished' });
    expect(await runOf(desk, monthly)).toMatchObject({ state: 'finished' });
    expect(await done(await start())).toMatchObject({ state: 'finished' });
  });

  it('grants one of many that are started at once', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => tryToStart(desk, { now: monday })));
    const codes = answers.map((answer) => ('code' in answer ? answer.code : 'started'));
    expect(codes.toSorted()).toEqual([...Array(5).fill('payout_run_in_progress'), 'started']);
  });

  it('grants a run once when it is asked for several times at once under one key', async () => {
    const runId = newId(new Date());
    const answers = await Promise.all(Array.from({ length: 4 }, () => tryToStart(desk, { runId, now: monday })));
    expect(answers.map((answer) => granted(answer).replayed).filter((replayed) => !replayed)).toHaveLength(1);
  });

  it('refuses dates to come, and leaves creators alone who come due after the date', async () => {
    const [creatorId = ''] = await dueCreators(1);
    expect(await tryToStart(desk, { date: '2026-11-24', now: monday })).toMatchObject({ code: 'malformed_request' });
    await done(await start({ date: '2026-11-22' }));
    expect(await payoutsOf(creatorId)).toEqual([]);
  });

  it('lists the runs of a schedule, the latest first, page by page', async () => {
    const [first, second] = [await start({ dryRun: true }), await start({ dryRun: true })];
    const latest = await listPayoutRuns(desk.world.ledger, {
      schedule: 'weekly',
      page: { limit: 1, before: undefined },
    });
    expect(latest.runs.map(({ run }) => run.runId)).toEqual([second]);
    expect(latest.nextCursor).toBeDefined();
    const next = await listPayoutRuns(desk.world.ledger, { schedule: 'weekly', page: { limit: 1, before: second } });
    expect(next.runs.map(({ run }) => run.runId)).toEqual([first]);
  });
});

describe('the clock', () => {
  const startDue = (now = monday) => startDueRuns({ ledger: desk.world.ledger, runs: desk.runs }, now);

  it('starts a run of each schedule that somebody is due on, and none else', async () => {
    expect(await startDue()).toEqual({ started: [] });
    const [creatorId = ''] = await dueCreators(1);
    const { started } = await startDue();
    expect(started).toHaveLength(1);
    expect(await done(started[0] ?? '')).toMatchObject({ schedule: 'weekly', requested: 1, startedBy: 'schedule' });
    expect(await payoutsOf(creatorId)).toHaveLength(1);
  });

  it('is content with a run of the same day, and raises an alarm when one of an earlier day is still on', async () => {
    await dueCreators(1);
    const runId = await start();
    expect(await startDue()).toEqual({ started: [] });
    await expect(startDue(new Date('2026-11-24T06:00:00.000Z'))).rejects.toThrow(runId);
  });
});

describe('stopping a run', () => {
  it('leaves the rest due, for the run when it goes on or for the next one; nobody is paid twice', async () => {
    const creators = await dueCreators(20);
    const runId = await start();
    await workOnce();
    const stopped = granted(await stop(runId));
    expect(stopped.run).toMatchObject({ state: 'stopped' });
    const before = await runOf(desk, runId);
    expect(await done(runId, { sliceSeconds: 0 })).toEqual(before);
    granted(await resume(runId));
    await workOnce();
    await stop(runId);
    const again = await done(runId);
    expect([before.requested > 0, again.requested > before.requested, again.requested < 20]).toEqual([
      true,
      true,
      true,
    ]);
    const next = await done(await start());
    expect(again.requested + next.requested).toBe(20);
    for (const creatorId of creators) expect(await payoutsOf(creatorId)).toHaveLength(1);
    // What it left is paid, and it may still go on.
    granted(await resume(runId));
    expect(await done(runId)).toMatchObject({ state: 'finished', requested: again.requested });
  });

  it('requests nothing more once it has answered, not even for a creator that a worker had begun with', async () => {
    const [creatorId = ''] = await dueCreators(1);
    const runId = await start();
    for (const message of await desk.runs.drain()) {
      const ledger = interruptedTable(desk.world.ledger, 'TransactWriteItemsCommand', () => stop(runId));
      await workMessage(desk, message, { now: monday, ledger });
    }
    expect(await runOf(desk, runId)).toMatchObject({ requested: 0, skipped: 0 });
    expect(await payoutsOf(creatorId)).toEqual([]);
    granted(await resume(runId));
    expect(await done(runId)).toMatchObject({ state: 'finished', requested: 1 });
  });

  it('frees the schedule for another run, and the stopped one cannot go on before that is over', async () => {
    const first = await start();
    await stop(first);
    const second = await start();
    expect(await resume(first)).toMatchObject({ code: 'payout_run_in_progress', facts: { runId: second } });
    await done(second);
    granted(await resume(first));
    expect(await tryToStart(desk, { now: monday })).toMatchObject({ code: 'payout_run_in_progress' });
    expect(await done(first)).toMatchObject({ state: 'finished' });
  });

  it('is completed by the workers, or by the sweep, when it dies half way', async () => {
    await dueCreators(8);
    const runId = await start();
    await desk.runs.drain();
    const dead = { command: 'TransactWriteItemsCommand', times: 1, error: new Error('died') };
    await expect(stop(runId, failingTable(desk.world.ledger, dead))).rejects.toThrow('died');
    expect(await runOf(desk, runId)).toMatchObject({ state: 'stopping' });
    expect(await resume(runId)).toMatchObject({ code: 'state_conflict' });
    expect(await sweep(6)).toMatchObject({ chunksSent: 8 });
    expect(await done(runId)).toMatchObject({ state: 'stopped', requested: 0 });
    expect(await done(await start())).toMatchObject({ requested: 8 });
  });

  it('can be repeated, and is refused once the run has finished, as going on is', async () => {
    const runId = await start();
    await stop(runId);
    expect(granted(await stop(runId)).run).toMatchObject({ state: 'stopped' });
    const finished = await start();
    await done(finished);
    expect(await stop(finished)).toMatchObject({ code: 'state_conflict' });
    expect(await resume(finished)).toMatchObject({ code: 'state_conflict' });
    const nowhere = newId(monday);
    for (const refused of [await stop(nowhere), await resume(nowhere)])
      expect(refused).toMatchObject({ code: 'payout_run_not_found' });
  });
});

describe('a run that goes on', () => {
  it('counts who resumed it as who asks for its payouts', async () => {
    const [creatorId = ''] = await dueCreators(1);
    const runId = await start();
    await desk.runs.drain();
    await stop(runId);
    granted(await resume(runId));
    await done(runId);
    expect(await payoutsOf(creatorId)).toMatchObject([{ requestedBy: 'night-shift' }]);
  });

  it('sends its messages again when asked while it is on', async () => {
    const runId = await start();
    await desk.runs.drain();
    expect(granted(await resume(runId)).run).toMatchObject({ state: 'running' });
    expect(await desk.runs.drain()).toHaveLength(8);
  });
});

describe('the end of a run', () => {
  it('comes once, whoever ends the last chunks at the same time', async () => {
    const runId = await start();
    const chunks = [...Array(8).keys(), ...Array(8).keys()];
    const { ledger } = desk.world;
    await Promise.all(chunks.map((chunk) => endChunk(ledger, { runId, chunk, to: 'finished', now: monday })));
    const { run } = granted(await findPayoutRun(ledger, { runId }));
    expect(run).toMatchObject({ state: 'finished', openChunks: 0, finishedAt: monday.toISOString() });
    expect(granted(await tryToStart(desk, { now: monday })).replayed).toBe(false);
  });

  it('comes although messages were lost: the sweep sends them after some minutes, and not before', async () => {
    await dueCreators(3);
    const runId = await start();
    expect(await desk.runs.drain()).toHaveLength(8);
    expect(await sweep(4)).toMatchObject({ chunksSent: 0 });
    expect(await sweep(6)).toMatchObject({ chunksSent: 8, faults: 0 });
    expect(await sweep(6)).toMatchObject({ chunksSent: 0 });
    expect(await done(runId)).toMatchObject({ state: 'finished', requested: 3 });
    expect(await sweep(60)).toMatchObject({ chunksSent: 0 });
  });
});
