import { due } from '../payouts/due.ts';
import { type Outgoing, type Queue, sendMessages } from '../queue/send-messages.ts';
import { Contention, changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import { type PayoutRun, type PayoutRunChunk, parsePayoutRun } from '../store/items/payout-run.ts';
import { payoutRunChunkKey, payoutRunKey, runningPayoutRunKey } from '../store/payout-keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import type { PayoutRunMessage } from './messages.ts';

/** @throws Contention when a message was not taken; the sweep sends it, or whoever repeats the request. */
export async function sendChunks(runs: Queue, chunks: Pick<PayoutRunChunk, 'runId' | 'chunk'>[]): Promise<void> {
  const failed = await sendMessages(runs, chunks.map(messageOf));
  if (failed.size > 0) throw new Contention('The queue did not take the messages of a payout run.');
}

function messageOf({ runId, chunk }: Pick<PayoutRunChunk, 'runId' | 'chunk'>): Outgoing {
  return { body: { version: 2, runId, chunk } satisfies PayoutRunMessage, group: `${runId}-${chunk}` };
}

/** The worker holds a chunk in a transaction for half of its time, until it sees that the run is being stopped. */
const patientAttempts = 20;

type Ending = { runId: string; chunk: number; to: 'finished' | 'stopped'; now: Date };

/**
 * Ends one chunk, once. The chunk that is the last to end ends the run with it, and gives the schedule free: as `stopped` when
 * there are chunks that were stopped, and else as `finished`.
 */
export async function endChunk(ledger: Table, ending: Ending): Promise<void> {
  const { runId } = ending;
  await untilUnchanged(
    `The payout run ${runId}`,
    async () => {
      const item = await readItem(ledger, payoutRunKey(runId));
      if (!item) throw new Error(`There is a chunk of the payout run ${runId}, and no run.`);
      const run = parsePayoutRun(item);
      const isLast = run.openChunks === 1;
      const written = await transact(
        ledger,
        [closeChunk(ending), leaveRun(run, ending), ...(isLast && !run.dryRun ? [freeSchedule(run)] : [])],
        { attempts: patientAttempts },
      );
      if (written.committed || written.failures.includes('chunk_over')) return;
      if (written.failures.includes('not_locked'))
        throw new Error(`The payout run ${runId} is on, and its schedule is free.`);
      return changedMeanwhile;
    },
    patientAttempts,
  );
}

type NotEnded = 'chunk_over' | 'run_changed' | 'not_locked';

function closeChunk({ runId, chunk, to }: Ending): Write<NotEnded> {
  return {
    update: {
      Key: payoutRunChunkKey({ runId, chunk }),
      ConditionExpression: '#state = :running',
      UpdateExpression: 'SET #state = :to REMOVE dueBucket, dueAt',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':running': 'running', ':to': to },
    },
    failure: () => 'chunk_over',
  };
}

/** The last to leave says how the run ended, and that a report is due. */
function leaveRun({ runId, state, openChunks, stoppedChunks }: PayoutRun, { to, now }: Ending): Write<NotEnded> {
  const stopped = stoppedChunks + (to === 'stopped' ? 1 : 0);
  const at = now.toISOString();
  const end = stopped > 0 ? { state: 'stopped', stoppedAt: at } : { state: 'finished', finishedAt: at };
  const set: Record<string, unknown> = {
    openChunks: openChunks - 1,
    stoppedChunks: stopped,
    ...(openChunks === 1 && { ...end, ...due('payout-run', runId, now) }),
  };
  const names = Object.keys(set);
  return {
    update: {
      Key: payoutRunKey(runId),
      ConditionExpression: '#state = :seenState AND #openChunks = :seenOpen AND #stoppedChunks = :seenStopped',
      UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
      ExpressionAttributeNames: {
        ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
        '#state': 'state',
      },
      ExpressionAttributeValues: {
        ...Object.fromEntries(names.map((name) => [`:${name}`, set[name]])),
        ':seenState': state,
        ':seenOpen': openChunks,
        ':seenStopped': stoppedChunks,
      },
    },
    failure: () => 'run_changed',
  };
}

function freeSchedule({ schedule, runId }: PayoutRun): Write<NotEnded> {
  return {
    remove: {
      Key: runningPayoutRunKey(schedule),
      ConditionExpression: 'runId = :runId',
      ExpressionAttributeValues: { ':runId': runId },
    },
    failure: () => 'not_locked',
  };
}
