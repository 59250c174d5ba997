import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { concludeAudit } from '../../shared/ledger/audit/audit-ledger.ts';
import { AuditProgress } from '../../shared/ledger/audit/audit-progress.ts';
import { syntheticLedger } from '../support/synthetic-ledger.ts';

const now = new Date('2026-11-21T12:00:00.000Z');

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapMegabytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1_000_000;
}

function audit(partitions: Iterable<Record<string, unknown>[]>, settledBefore?: string): AuditProgress {
  const progress = new AuditProgress({ startedAt: now.toISOString(), ...(settledBefore && { settledBefore }) });
  for (const partition of partitions) progress.judge([partition]);
  return progress;
}

describe('the audit of a large ledger', () => {
  it('takes no more memory and no more room between runs when all of 200,000 gifts are open', {
    timeout: 120_000,
  }, () => {
    const before = heapMegabytes();
    const progress = new AuditProgress({ startedAt: now.toISOString() });
    let most = 0;
    let wallets = 0;
    let bytesSaved = 0;
    for (const partition of syntheticLedger({ senders: 2_000, giftsEach: 100, now })) {
      progress.judge([partition]);
      wallets += 1;
      // All senders are read and nothing of the creator: each gift is known from one side only.
      if (wallets !== 2_000) continue;
      most = heapMegabytes() - before;
      bytesSaved = gzipSync(JSON.stringify(progress.toJSON())).length;
    }
    expect(most).toBeLessThan(16);
    expect(bytesSaved).toBeLessThan(700_000);
  });

  it('finds it clean, and one gift that is missing among its many', { timeout: 60_000 }, async () => {
    const partitions = [...syntheticLedger({ senders: 100, giftsEach: 100, now })];
    const clean = await concludeAudit(audit(partitions));
    expect(clean).toMatchObject({ items: 10_401, differences: [], unconfirmed: 0, sums: { coin: 0, diamond: 0 } });
    const lost = partitions[42]?.shift();
    const { differences } = await concludeAudit(audit(partitions));
    const gift = `${lost?.entryId} of ${lost?.userId}`;
    expect(differences.map(({ subject, delta }) => [`${subject.kind} ${subject.id}`, delta]).toSorted()).toEqual([
      [`gift ${gift}`, 1],
      [`gift ${gift}`, 500],
      [`wallet ${lost?.userId}`, -1],
    ]);
  });

  it('leaves what was credited after it began to the next one, and judges it then', async () => {
    const partitions = [...syntheticLedger({ senders: 1, giftsEach: 10, now })];
    const sendersOnly = partitions.slice(0, 1);
    const open = async (settledBefore: Date) =>
      (await concludeAudit(audit(sendersOnly, settledBefore.toISOString()))).differences.length;
    expect(await open(now)).toBe(0);
    expect(await open(new Date(now.getTime() + 1))).toBe(20);
  });
});
