import { logger } from '../observability.ts';
import type { Queue } from '../queue/send-messages.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import type { PayoutRun, PayoutRunChunk } from '../store/items/payout-run.ts';
import { payoutRunChunkKey, payoutRunKey } from '../store/payout-keys.ts';
import type { Item, Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import { chunkDue } from './chunk-dates.ts';
import { sendChunks } from './chunks.ts';
import { findPayoutRun, type RunWithChunks } from './find-payout-runs.ts';
import { lockSchedule, refuseWhileAnotherRuns } from './schedule-lock.ts';

export type ResumePayoutRun = { runId: string; resumedBy: string; now: Date };

/** Has a stopped run go on where it was; of a run that is on, the messages are sent again. */
export async function resumePayoutRun(
  { ledger, runs }: { ledger: Table; runs: Queue },
  command: ResumePayoutRun,
): Promise<RunWithChunks | Refusal> {
  const resumed = await reopen(ledger, command);
  if (isRefusal(resumed)) return resumed;
  await sendChunks(
    runs,
    resumed.chunks.filter(({ state }) => state === 'running'),
  );
  return resumed;
}

function reopen(ledger: Table, command: ResumePayoutRun): Promise<RunWithChunks | Refusal> {
  const { runId, resumedBy, now } = command;
  return untilUnchanged(`The payout run ${runId}`, async () => {
    const found = await findPayoutRun(ledger, { runId });
    if (isRefusal(found) || found.run.state === 'running') return found;
    const { run, chunks } = found;
    if (run.state !== 'stopped')
      return refuse('state_conflict', `The payout run is ${run.state} and cannot go on.`, { runId, state: run.state });
    const stopped = chunks.filter(({ state }) => state === 'stopped');
    const written = await transact<'changed' | { runningRun: Item }>(ledger, [
      reopenRun(run, resumedBy),
      ...stopped.map((chunk) => reopenChunk(chunk, now)),
      ...(run.dryRun ? [] : [lockSchedule(run)]),
    ]);
    if (!written.committed) {
      const other = written.failures.find((failure) => failure !== 'changed');
      return other && !written.failures.includes('changed')
        ? refuseWhileAnotherRuns(other.runningRun)
        : changedMeanwhile;
    }
    logger.info('payout run goes on', { runId, by: resumedBy });
    return findPayoutRun(ledger, { runId });
  });
}

/** A report that was to be written is left to the end of the run. */
function reopenRun({ runId, stoppedChunks }: PayoutRun, resumedBy: string): Write<'changed'> {
  return {
    update: {
      Key: payoutRunKey(runId),
      ConditionExpression: '#state = :stopped AND stoppedChunks = :stoppedChunks',
      UpdateExpression:
        'SET #state = :running, openChunks = :stoppedChunks, stoppedChunks = :zero, resumedBy = :resumedBy REMOVE dueBucket, dueAt, stoppedAt',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ':stopped': 'stopped',
        ':running': 'running',
        ':stoppedChunks': stoppedChunks,
        ':zero': 0,
        ':resumedBy': resumedBy,
      },
    },
    failure: () => 'changed',
  };
}

function reopenChunk(chunk: PayoutRunChunk, now: Date): Write<'changed'> {
  const { dueBucket, dueAt } = chunkDue(chunk, now);
  return {
    update: {
      Key: payoutRunChunkKey(chunk),
      ConditionExpression: '#state = :stopped',
      UpdateExpression: 'SET #state = :running, dueBucket = :dueBucket, dueAt = :dueAt',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ':stopped': 'stopped',
        ':running': 'running',
        ':dueBucket': dueBucket,
        ':dueAt': dueAt,
      },
    },
    failure: () => 'changed',
  };
}
