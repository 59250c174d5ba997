import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { auditLedger } from '../../shared/ledger/audit/audit-ledger.ts';
import { type AuditRunReport, latestAudit, runAudit } from '../../shared/operations/run-audit.ts';
import type { Audit } from '../../shared/store/items/audit.ts';
import type { Table } from '../../shared/store/table.ts';
import { freshLedger, testClient } from '../support/ledger.ts';
import { syntheticLedger } from '../support/synthetic-ledger.ts';

const sentAt = new Date('2026-11-21T12:00:00.000Z');
const noon = new Date('2026-11-22T12:00:00.000Z');
const minute = 60_000;
let ledger: Table;

beforeEach(async () => {
  ({ ledger } = await freshLedger());
  for (const partition of syntheticLedger({ senders: 40, giftsEach: 5, now: sentAt }))
    for (const item of partition) await ledger.client.send(new PutCommand({ TableName: ledger.name, Item: item }));
});

/** The ledger in pages of nine items; each page takes ten seconds of the run's time, and after `dieAfter` calls the run is killed. */
function slowly(milliseconds: number, dieAfter = Number.POSITIVE_INFINITY) {
  const client = DynamoDBDocumentClient.from(testClient());
  let left = milliseconds;
  let calls = 0;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      calls += 1;
      if (calls > dieAfter) throw new Error('killed');
      if (context.commandName !== 'ScanCommand') return next(args);
      left -= minute / 6;
      return next({ ...args, input: { ...args.input, Limit: 9 } });
    },
    { step: 'initialize', priority: 'high' },
  );
  return { ledger: { client, name: ledger.name }, remainingMilliseconds: () => Math.max(left, 0) };
}

async function runAt(at: Date, { milliseconds = 15 * minute, dieAfter = 1e9, startAnew = false } = {}) {
  const { ledger: slow, remainingMilliseconds } = slowly(milliseconds, dieAfter);
  return runAudit(slow, { now: at, remainingMilliseconds, startAnew });
}

/** Runs it every 15 minutes until it is complete; the deaths are the calls after which each run is killed. */
async function runUntilComplete(
  milliseconds: number,
  deaths: number[] = [],
): Promise<AuditRunReport & { runs: number }> {
  for (let runs = 1; runs <= 40; runs++) {
    const at = new Date(noon.getTime() + runs * 15 * minute);
    const dieAfter = deaths[runs - 1] ?? 1e9;
    try {
      const report = await runAt(at, { milliseconds, dieAfter });
      if (report.state === 'complete') return { ...report, runs };
    } catch (error) {
      if (!(error instanceof Error) || error.message !== 'killed') throw error;
    }
  }
  throw new Error('The audit did not come to its end.');
}

describe('an audit that takes many runs', () => {
  it('comes to the same result as one that reads everything at once', async () => {
    const expected = await auditLedger(ledger);
    const { runs, clean } = await runUntilComplete(5.2 * minute);
    expect(runs).toBeGreaterThan(2);
    expect(clean).toBe(true);
    const { balances, sums, differenceCount } = (await latestAudit(ledger)) as Audit;
    expect({ balances, sums, differenceCount }).toEqual({
      ...{ balances: expected.balances, sums: expected.sums },
      differenceCount: 0,
    });
  });

  it('comes to the same result when runs are killed anywhere', async () => {
    const { items, balances } = await auditLedger(ledger);
    await runUntilComplete(15 * minute, [1, 2, 3, 5, 8, 9, 10, 11, 12, 13, 14, 16, 18, 20, 22]);
    const audit = (await latestAudit(ledger)) as Audit;
    expect(audit.clean).toBe(true);
    expect(audit.balances).toEqual(balances);
    // What the runs saved lies in the ledger, too, and may have been read.
    expect(audit.items).toBeGreaterThanOrEqual(items);
    expect(audit.items).toBeLessThanOrEqual(items + 9);
  });

  it('shows the audit before until it is complete', async () => {
    expect((await runAt(noon, { milliseconds: 2 * minute })).state).toBe('reading');
    expect(await latestAudit(ledger)).toMatchObject({ code: 'audit_not_found' });
  });

  it('is left alone by a second run while the first is at work', async () => {
    const runs = await Promise.all([runAt(noon), runAt(noon)]);
    expect(runs.map(({ state }) => state).toSorted()).toEqual(['complete', 'held']);
  });

  it('begins once a day, or when somebody asks for it', async () => {
    const { runs } = await runUntilComplete(60 * minute);
    const begun = noon.getTime() + runs * 15 * minute;
    const at = (minutes: number) => new Date(begun + minutes * minute);
    expect(await runAt(at(23 * 60))).toEqual({ state: 'waiting' });
    expect((await runAt(at(23 * 60 + 15), { milliseconds: 60 * minute, startAnew: true })).state).toBe('complete');
    expect((await runAt(at(24 * 60), { milliseconds: 60 * minute })).state).toBe('waiting');
    expect((await runAt(at(48 * 60), { milliseconds: 60 * minute })).state).toBe('complete');
  });
});
