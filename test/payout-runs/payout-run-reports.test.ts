import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportCsv, rowOf } from '../../shared/payout-runs/describe-report.ts';
import { findPayoutRun } from '../../shared/payout-runs/find-payout-runs.ts';
import { resumePayoutRun } from '../../shared/payout-runs/resume-payout-run.ts';
import { stopPayoutRun } from '../../shared/payout-runs/stop-payout-run.ts';
import { sweepPayoutRuns } from '../../shared/payout-runs/sweep-payout-runs.ts';
import { failingTable } from '../support/failing-table.ts';
import { granted, runOf, runUntilDone, startRun, workMessage } from '../support/payout-runs.ts';
import {
  credit,
  move,
  nextCreator,
  openPayoutDesk,
  type PayoutDesk,
  payPalBooks,
  readPayout,
  submit,
} from '../support/payouts.ts';
import { connectReports, readReport, startReports, type TestReports } from '../support/reports.ts';

const saturday = new Date('2026-11-21T12:00:00.000Z');
const monday = new Date('2026-11-23T06:00:00.000Z');

let desk: PayoutDesk;
let reports: TestReports;
beforeAll(async () => {
  [desk, reports] = await Promise.all([openPayoutDesk(), startReports()]);
});
afterAll(async () => {
  await Promise.all([desk.close(), reports.close()]);
});

function at(minutes: number): Date {
  return new Date(monday.getTime() + minutes * 60_000);
}

function sweep(minutes: number, ledger = desk.world.ledger) {
  const stores = { ledger, runs: desk.runs, reports: connectReports(reports) };
  return sweepPayoutRuns(stores, { now: at(minutes), remainingMilliseconds: () => 300_000 });
}

async function dueCreator(coins = 2800): Promise<string> {
  const creatorId = await nextCreator(desk, { schedule: 'weekly', now: saturday });
  if (coins > 0) await credit(desk, { coins }, saturday);
  return creatorId;
}

async function jsonOf(runId: string) {
  const { report } = await runOf(desk, runId);
  return JSON.parse(await readReport(reports, report?.jsonKey ?? ''));
}

describe('the report of a run', () => {
  it('has a line for each creator, in JSON and CSV, and is written again until all payouts have ended', async () => {
    const [paid, skipped] = [await dueCreator(), await dueCreator(0)];
    const runId = await startRun(desk, { now: monday });
    expect(await sweep(0)).toMatchObject({ reports: 0 });
    await runUntilDone(desk, runId, { now: monday });
    expect((await runOf(desk, runId)).report).toBeUndefined();

    expect(await sweep(1)).toMatchObject({ reports: 1, faults: 0 });
    const first = (await runOf(desk, runId)).report;
    const key = `payout-runs/weekly/2026-11-23/${runId}`;
    expect(first).toMatchObject({ asOf: at(1).toISOString(), isFinal: false, bucket: 'reports' });
    expect([first?.jsonKey, first?.csvKey]).toEqual([`${key}.json`, `${key}.csv`]);
    expect(first?.totals.map(({ state, count, net }) => [state, count, net.amount])).toEqual([
      ['requested', 1, 1369],
      ['skipped', 1, 0],
    ]);

    const { payouts } = await jsonOf(runId);
    const payoutId = payouts.find(({ creatorId }: { creatorId: string }) => creatorId === paid).payoutId;
    await submit(desk, payoutId, monday);
    await move(desk, payoutId, 'complete');
    await expect.poll(async () => (await readPayout(desk, payoutId)).state).toBe('paid');
    expect(await sweep(2)).toMatchObject({ reports: 0 });
    expect(await sweep(7)).toMatchObject({ reports: 1 });

    const { report } = await runOf(desk, runId);
    expect(report).toMatchObject({ asOf: at(7).toISOString(), isFinal: true });
    expect(report?.totals.map(({ state, count, gross, fee, net }) => [state, count, gross, fee, net])).toEqual([
      ['paid', 1, ...[1400, 31, 1369].map((amount) => ({ amount, currency: 'USD' }))],
      ['skipped', 1, ...[0, 0, 0].map((amount) => ({ amount, currency: 'USD' }))],
    ]);
    const [item] = (await payPalBooks(desk)).items;
    const rows = (await readReport(reports, report?.csvKey ?? '')).split('\r\n');
    expect(rows).toHaveLength(4);
    expect(rows[0]).toMatch(/^payout_id,creator_id,state,reason,gross_minor,/);
    expect(rows).toContain(`${payoutId},${paid},paid,,1400,31,1369,USD,paypal,${item?.payoutItemId}`);
    expect(rows.find((row) => row.includes(skipped))).toContain(',skipped,insufficient_diamonds,0,0,0,USD,paypal,');
    expect(await jsonOf(runId)).toMatchObject({ runId, isFinal: true, schedule: 'weekly', state: 'finished' });
    expect(JSON.stringify(await jsonOf(runId))).not.toContain('@example.com');
    expect(await sweep(60)).toMatchObject({ reports: 0 });
  });

  it('of a dry run says what would be paid, and is final at once', async () => {
    const creatorId = await dueCreator();
    const runId = await startRun(desk, { now: monday, dryRun: true });
    await runUntilDone(desk, runId, { now: monday });
    await sweep(1);
    const { payouts, dryRun, isFinal } = await jsonOf(runId);
    expect([dryRun, isFinal]).toEqual([true, true]);
    expect(payouts).toEqual([expect.objectContaining({ creatorId, state: 'requested', gross: 1400, net: 1369 })]);
    await runUntilDone(desk, await startRun(desk, { now: monday }), { now: monday });
  });

  it('of a stopped run is not final, and comes again when the run has gone on to its end', async () => {
    await Promise.all([dueCreator(0), desk.runs.drain()]);
    const runId = await startRun(desk, { now: monday });
    await desk.runs.drain();
    await stopPayoutRun(desk.world.ledger, { runId, stoppedBy: 'operations', now: monday });
    await sweep(1);
    expect((await runOf(desk, runId)).report).toMatchObject({ isFinal: false, totals: [] });
    const stores = { ledger: desk.world.ledger, runs: desk.runs };
    granted(await resumePayoutRun(stores, { runId, resumedBy: 'operations', now: at(2) }));
    await runUntilDone(desk, runId, { now: at(3) });
    await sweep(4);
    expect((await runOf(desk, runId)).report).toMatchObject({
      isFinal: true,
      totals: [{ state: 'skipped', count: 1 }],
    });
  });

  it('comes later when the ledger or the bucket failed', async () => {
    const runId = await startRun(desk, { now: monday });
    for (const message of await desk.runs.drain()) await workMessage(desk, message, { now: monday });
    const lost = { command: 'QueryCommand', times: 9, error: new Error('no luck') };
    await expect(sweep(1, failingTable(desk.world.ledger, lost))).rejects.toThrow('no luck');
    const nowhere = { ...connectReports(reports), name: 'nowhere' };
    const stores = { ledger: desk.world.ledger, runs: desk.runs, reports: nowhere };
    const failed = await sweepPayoutRuns(stores, { now: at(1), remainingMilliseconds: () => 300_000 });
    expect(failed).toMatchObject({ reports: 0, faults: 1 });
    await sweep(2);
    expect((await runOf(desk, runId)).report).toBeUndefined();
    await sweep(8);
    expect((await runOf(desk, runId)).report).toMatchObject({ asOf: at(8).toISOString(), isFinal: true });
    expect(granted(await findPayoutRun(desk.world.ledger, { runId })).run.dueAt).toBeUndefined();
  });

  it('is not begun when there is too little time for a large one', async () => {
    const runId = await startRun(desk, { now: monday });
    await runUntilDone(desk, runId, { now: monday });
    const stores = { ledger: desk.world.ledger, runs: desk.runs, reports: connectReports(reports) };
    const late = await sweepPayoutRuns(stores, { now: at(1), remainingMilliseconds: () => 100_000 });
    expect(late).toMatchObject({ reports: 0, isComplete: false });
    expect(await sweep(1)).toMatchObject({ reports: 1, isComplete: true });
  });
});

describe('the CSV of a report', () => {
  const line = { runId: 'run', chunk: 0, payoutId: 'payout', creatorId: '@cy', outcome: 'skipped' as const };
  const decision = {
    state: 'skipped',
    method: 'paypal',
    currency: 'USD',
    grossMinor: 0,
    feeMinor: 0,
    netMinor: 0,
  } as const;

  it('begins no cell with what a spreadsheet takes for a formula, and keeps cells together', () => {
    const row = rowOf({ ...line, decision }, undefined);
    const csv = reportCsv([
      row,
      { ...row, providerReference: '=HYPERLINK("x")' },
      { ...row, providerReference: 'one,\r\ntwo' },
      ...['+1', '-1', '\tx'].map((providerReference) => ({ ...row, providerReference })),
    ]);
    expect(csv).toContain(`,'@cy,`);
    expect(csv).toContain(`,"'=HYPERLINK(""x"")"\r\n`);
    expect(csv).toContain(`,"one,\r\ntwo"\r\n`);
    for (const text of ["'+1", "'-1", "'\tx"]) expect(csv).toContain(`,${text}\r\n`);
  });
});
