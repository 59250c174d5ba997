import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { ceilingOnAws } from './aws-ceiling.ts';
import { BenchJson, benchJsonOf } from './bench-json.ts';
import { describeReport } from './describe-report.ts';
import type { Measured } from './measure.ts';
import type { Usage } from './meter.ts';
import type { PeerResult } from './peers-bench.ts';
import { type Report, reportOf } from './report.ts';
import { targetsOf } from './targets.ts';
import type { MeasuredPath } from './units.ts';

const usage = (of: Partial<Usage>): Usage => ({
  requests: 1,
  writeUnits: 1,
  readUnits: 0,
  sqsSends: 0,
  sqsMessages: 0,
  ...of,
});

const path = (writeUnits: number): MeasuredPath => ({
  gifts: 270,
  total: usage({ requests: 1.37, writeUnits, sqsMessages: 1 / 90 }),
  parts: { debit: usage({}), credit: usage({ writeUnits: writeUnits - 1.33 }), prune: usage({ writeUnits: 0.33 }) },
});

const peer = (name: string, perSecond16: number): PeerResult => ({
  name,
  sameGuarantees: name !== '(a)',
  lacks: 'Something.',
  sending: usage({ requests: 2, writeUnits: 6, sqsSends: 1, sqsMessages: 1 }),
  settling: usage({ writeUnits: 4 }),
  perSecond1: 100,
  perSecond16,
  p50Ms: 5,
  p99Ms: 20,
  p50Ms16: 50,
  p99Ms16: 200,
});

const start = (name: string, loadRatio: number) => ({ function: name, kilobytes: 300, loadMs: 60, loadRatio });

const inputs = { giftsPerMessage: 90, shardUnitsPerMessage: 24, writeUnitsPerGift: 3.6 };

/** A run that was never made. */
const measured: Measured = {
  paths: { hot: path(3.6), hotUuid: path(3.64), tail: path(7.33) },
  overhead: { handlerP50Ms: 2.2, bareP50Ms: 2, ratioP50: 1.1, logBytesPerGift: 437 },
  peers: { rounds: 5, results: [peer('Tributary', 300), peer('(a)', 100), peer('(b)', 200)] },
  hotCreator: {
    rounds: 5,
    workers: [
      { workers: 1, creditsPerSecond: 900, singleCreditsPerSecond: 150, writeUnitsPerGift: 3.6 },
      { workers: 8, creditsPerSecond: 1000, singleCreditsPerSecond: 200, writeUnitsPerGift: 3.64 },
    ],
    loads: [
      { giftsPerMessage: 1, writeUnitsPerGift: 7.33 },
      { giftsPerMessage: 90, writeUnitsPerGift: 3.6 },
    ],
    ceiling: { ...ceilingOnAws(inputs), inputs },
  },
  hotSenders: {
    rounds: 5,
    hot: { p50Ms: 50, p99Ms: 90 },
    spread: { p50Ms: 50, p99Ms: 95 },
    ratioP50: 1,
    ratioP99: 0.95,
  },
  moves: {
    ...{ stripe: usage({}), paypal: usage({}), apple: usage({}), google: usage({}), refund: usage({}) },
    ...{ payout: usage({}), payoutInBatch: usage({}), bankPayout: usage({}), payoutOfAllShards: usage({}) },
  },
  coldStart: {
    rounds: 5,
    bare: start('bare client', 1),
    bareTrimmed: start('bare client, trimmed', 0.8),
    functions: [start('gifts/send-gift', 1.2), start('recharges/create-recharge', 1.7)],
  },
};

const report: Report = reportOf(measured, new Date('2026-11-21T12:00:00Z'));

describe('the report of the bench', () => {
  it('has the shape that scripts rely on, and nothing else', () => {
    const json = benchJsonOf(report);
    expect(z.parse(BenchJson, JSON.parse(JSON.stringify(json)))).toEqual(json);
    expect(json).toMatchObject({
      gift: { requests: 1, writeUnits: 1, handlerRatioP50: 1.1 },
      path: { hot: { writeUnitsPerGift: 3.6, requestsPerGift: 1.37 }, tail: { writeUnitsPerGift: 7.33 } },
      peers: [
        { name: '(a)', sameGuarantees: false },
        { name: '(b)', sameGuarantees: true, writeUnitsPerGift: 10 },
      ],
      hotCreator: { creditsPerSecond: 1000, singleCreditsPerSecond: 200, ceilingPerSecondOnAws: 240_000 },
      coldStart: [{ function: 'gifts/send-gift', loadRatio: 1.2 }, { function: 'recharges/create-recharge' }],
    });
  });

  it('is not written with a figure that is none', () => {
    const broken = { ...measured, overhead: { ...measured.overhead, ratioP50: Number.NaN } };
    expect(() => benchJsonOf(reportOf(broken, new Date()))).toThrow();
  });

  it('tells which promises are kept and which are not', () => {
    const missed = targetsOf(report).filter(({ met }) => !met);
    expect(missed).toEqual([
      { what: "slowest other function's load (recharges/create-recharge)", measured: 1.7, limit: '≤ 1.6', met: false },
    ]);
  });

  it('compares with those peers only that give the same guarantees', () => {
    const compared = targetsOf(report).filter(({ what }) => what.includes('by those of ('));
    expect(compared.map(({ what }) => what)).toEqual([
      'write units by those of (b), hot creator',
      'gifts/s by those of (b), 16 clients',
    ]);
  });

  it('is described in tables of Markdown', () => {
    const lines = describeReport(report, targetsOf(report)).split('\n');
    const columns = new Set(lines.filter((line) => line.startsWith('| (b)')).map((line) => line.split('|').length));
    expect([...columns]).toEqual([13]);
    expect(lines.filter((line) => line.startsWith('### '))).toHaveLength(6);
    expect(lines.join('\n')).not.toMatch(/NaN|undefined/);
  });
});
