import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { type AuditReport, concludeAudit } from '../ledger/audit/audit-ledger.ts';
import { AuditProgress } from '../ledger/audit/audit-progress.ts';
import { scanLedger } from '../ledger/audit/scan-ledger.ts';
import { count, logger } from '../observability.ts';
import type { JobRun } from '../queue/scheduled-job.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { type Audit, parseAudit } from '../store/items/audit.ts';
import { latestAuditKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { type AuditHead, holdAudit, readSavedAudit, releaseAudit, saveAudit } from './saved-audit.ts';

/** So many differences are named in full; one is enough to be alarmed by, and an item has its limits. */
const listedDifferences = 100;

/** Whether nothing was lost, doubled or made from nothing. */
export function isClean({
  differences,
  unconfirmed,
  sums,
}: Pick<AuditReport, 'differences' | 'unconfirmed' | 'sums'>): boolean {
  return differences.length === 0 && unconfirmed === 0 && Object.values(sums).every((sum) => sum === 0);
}

const AuditRequest = z.object({ startAnew: z._default(z.boolean(), false) });

/** What the function was invoked with. By hand, `startAnew` gives up an audit under way, or does not wait for its day. */
export function readAuditRequest(event: unknown): z.infer<typeof AuditRequest> {
  return z.parse(AuditRequest, event ?? {});
}

export type AuditRun = Pick<JobRun, 'now' | 'remainingMilliseconds'> & { startAnew: boolean };

export type AuditRunReport = {
  /** `held`: another run is at work; `waiting`: no audit is due; `reading`: the next run goes on from here. */
  state: 'held' | 'waiting' | 'reading' | 'complete';
  items?: number;
  clean?: boolean;
  differenceCount?: number;
};

/** An audit is due a day after the one before was begun; the ten minutes keep it from slipping to later every day. */
const dueAfterMilliseconds = (24 * 60 - 10) * 60_000;
/** Longer than any function works that writes two items at once: what was written before then is in both. */
const settledAfterMilliseconds = 5 * 60_000;
/** A run stops reading while so much time is left: enough to end a page of each segment and to save. */
const reserveMilliseconds = 30_000;
/** A run that is killed loses what it has read since it saved last. */
const savedEveryMilliseconds = 2 * 60_000;
/** The end, in which differences are looked at again, begins only with so much time; a fresh run has it in any case. */
const conclusionMilliseconds = 5 * 60_000;

/**
 * Goes on with the audit that is under way, or begins the one that is due, for as long as this run may work. What it has
 * read is saved as it goes, so the ledger may take any number of runs. The last one keeps the result for operators and
 * raises the metrics that alarms look at.
 */
export async function runAudit(ledger: Table, run: AuditRun): Promise<AuditRunReport> {
  const { now, remainingMilliseconds, startAnew } = run;
  const started = now.getTime();
  const held = await holdAudit(ledger, { now: started, heldUntil: started + remainingMilliseconds() });
  if (!held) return { state: 'held' };
  let head = held;
  const progress = (startAnew ? undefined : await readSavedAudit(ledger, head)) ?? beginAudit(head, run);
  if (!progress) {
    await releaseAudit(ledger, head, false);
    return { state: 'waiting' };
  }
  while (!progress.isRead && remainingMilliseconds() > reserveMilliseconds) {
    const saveAt = Math.max(reserveMilliseconds, remainingMilliseconds() - savedEveryMilliseconds);
    await scanLedger(ledger, progress, () => remainingMilliseconds() <= saveAt);
    head = await saveAudit(ledger, head, progress);
  }
  const canConclude = progress.isRead && remainingMilliseconds() > conclusionMilliseconds;
  const report = canConclude
    ? await complete(ledger, progress)
    : ({ state: 'reading', items: progress.items } as const);
  await releaseAudit(ledger, head, canConclude);
  return report;
}

function beginAudit({ startedAt }: AuditHead, { now, startAnew }: AuditRun): AuditProgress | undefined {
  const isDue = startedAt === undefined || now.getTime() >= Date.parse(startedAt) + dueAfterMilliseconds;
  if (!isDue && !startAnew) return undefined;
  const settledBefore = new Date(now.getTime() - settledAfterMilliseconds).toISOString();
  return new AuditProgress({ startedAt: now.toISOString(), settledBefore });
}

async function complete(ledger: Table, progress: AuditProgress): Promise<AuditRunReport> {
  const report = await concludeAudit(progress, ledger);
  const audit = describe(report, progress.startedAt);
  await ledger.client.send(new PutCommand({ TableName: ledger.name, Item: { ...latestAuditKey(), ...audit } }));
  count('AuditsCompleted');
  count('AuditUnsettled', report.unsettled.length);
  count('AuditDifferences', audit.clean ? 0 : Math.max(1, audit.differenceCount));
  for (const difference of audit.differences) logger.error('the ledger differs', { difference });
  const { clean, items, differenceCount } = audit;
  return { state: 'complete', clean, items, differenceCount };
}

function describe(report: AuditReport, startedAt: string): Audit {
  const listed = report.differences.slice(0, listedDifferences);
  return {
    startedAt,
    finishedAt: new Date().toISOString(),
    clean: isClean(report),
    items: report.items,
    balances: report.balances,
    sums: report.sums,
    differenceCount: report.differences.length + report.unconfirmed,
    differences: listed.map(({ subject: { kind, id }, measure, delta }) => ({ kind, id, measure, delta })),
    unsettled: report.unsettled.slice(0, listedDifferences),
  };
}

export async function latestAudit(ledger: Table): Promise<Audit | Refusal> {
  const item = await readItem(ledger, latestAuditKey());
  return item ? parseAudit(item) : refuse('audit_not_found', 'No audit has run yet: the schedule starts one a day.');
}
