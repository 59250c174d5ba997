import { type Day, dayOf } from '../calendar.ts';
import { logger } from '../observability.ts';
import type { Queue } from '../queue/send-messages.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import type { PayoutRun, PayoutRunChunk, PayoutRunSchedule } from '../store/items/payout-run.ts';
import { payoutRunChunkKey, payoutRunKey, scheduledPayoutRunKey } from '../store/payout-keys.ts';
import type { Item, Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import { chunkDue, chunksPerRun } from './chunk-dates.ts';
import { sendChunks } from './chunks.ts';
import { findPayoutRun, type RunWithChunks } from './find-payout-runs.ts';
import { lockSchedule, refuseWhileAnotherRuns } from './schedule-lock.ts';

export type StartPayoutRun = {
  runId: string;
  schedule: PayoutRunSchedule;
  /** The day of the start when absent. */
  date?: Day | undefined;
  dryRun?: boolean | undefined;
  startedBy: string;
  now: Date;
};

export type StartedRun = RunWithChunks & { replayed: boolean };

/**
 * Starts a run over the creators of a schedule that are due; what an earlier run left, because it was stopped or failed, is part
 * of it. One run of a schedule is on at a time, and any number of dry ones. The same key again gets the run as it stands,
 * and the messages of the chunks that are not over are sent again.
 * @throws Contention when the run is stored and its messages were not taken; repeating the request, or the sweep, sends them.
 */
export async function startPayoutRun(
  { ledger, runs }: { ledger: Table; runs: Queue },
  command: StartPayoutRun,
): Promise<StartedRun | Refusal> {
  const started = await putRun(ledger, command);
  if (isRefusal(started)) return started;
  await sendChunks(
    runs,
    started.chunks.filter(({ state }) => state === 'running'),
  );
  return started;
}

async function putRun(ledger: Table, command: StartPayoutRun): Promise<StartedRun | Refusal> {
  const known = await findPayoutRun(ledger, command);
  if (!isRefusal(known)) return replay(known, command);
  const { run, chunks } = describeRun(command);
  if (run.date > dayOf(command.now))
    return refuse('malformed_request', "The body's date lies in the future: a run pays those who are due by now.");
  const written = await transact<'exists' | { runningRun: Item }>(ledger, [
    put({ ...payoutRunKey(run.runId), ...run }),
    ...chunks.map((chunk) => put({ ...payoutRunChunkKey(chunk), ...chunk })),
    put({ ...scheduledPayoutRunKey(run), runId: run.runId }),
    ...(run.dryRun ? [] : [lockSchedule(run)]),
  ]);
  if (written.committed) {
    logger.info('payout run started', { runId: run.runId, schedule: run.schedule, date: run.date, by: run.startedBy });
    return { run, chunks, replayed: false };
  }
  const other = written.failures.find((failure) => failure !== 'exists');
  if (other && !written.failures.includes('exists')) return refuseWhileAnotherRuns(other.runningRun);
  const stored = await findPayoutRun(ledger, command);
  return isRefusal(stored) ? stored : replay(stored, command);
}

function put(item: Item): Write<'exists'> {
  return { put: { Item: item, ConditionExpression: 'attribute_not_exists(pk)' }, failure: () => 'exists' };
}

function describeRun(command: StartPayoutRun): RunWithChunks {
  const { runId, schedule, date, dryRun = false, startedBy, now } = command;
  const chunks = Array.from(
    { length: chunksPerRun },
    (_, chunk): PayoutRunChunk => ({
      ...{ runId, chunk, state: 'running', requested: 0, skipped: 0, failed: 0 },
      ...chunkDue({ runId }, now),
    }),
  );
  const run: PayoutRun = {
    runId,
    schedule,
    date: date ?? dayOf(now),
    dryRun,
    state: 'running',
    openChunks: chunks.length,
    stoppedChunks: 0,
    startedAt: now.toISOString(),
    startedBy,
  };
  return { run, chunks };
}

function replay(known: RunWithChunks, command: StartPayoutRun): StartedRun | Refusal {
  const { run } = known;
  const { schedule, date = run.startedAt.slice(0, 10), dryRun = false } = command;
  if (run.schedule === schedule && run.date === date && run.dryRun === dryRun) return { ...known, replayed: true };
  return refuse(
    'idempotency_key_reused',
    'The Idempotency-Key belongs to another payout run: use a new key for a new run.',
    { runId: run.runId },
  );
}
