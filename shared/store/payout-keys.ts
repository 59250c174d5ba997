import { creatorKeyPrefix, type Key } from './keys.ts';

export function payoutKey(payoutId: string): Key {
  return { pk: `PAYOUT#${payoutId}`, sk: 'PAYOUT' };
}

/** Payouts that are sent to a provider in one call. */
export function payoutBatchKey(batchId: string): Key {
  return { pk: `BATCH#${batchId}`, sk: 'BATCH' };
}

/** The line in the creator's own partition by which the creator's payouts are listed, newest first. */
export function creatorPayoutKey(payout: { creatorId: string; payoutId: string }): Key {
  return { pk: `${creatorKeyPrefix}${payout.creatorId}`, sk: `PAYOUT#${payout.payoutId}` };
}

const payoutHoldPrefix = 'HOLD#';

/** One change of a creator's payout hold. */
export function payoutHoldKey(change: { creatorId: string; changeId: string }): Key {
  return { pk: `${creatorKeyPrefix}${change.creatorId}`, sk: `${payoutHoldPrefix}${change.changeId}` };
}

/** All changes of a creator's payout hold, for a query that begins with the latest. */
export function payoutHoldsOf(creatorId: string): { pk: string; prefix: string } {
  return { pk: `${creatorKeyPrefix}${creatorId}`, prefix: payoutHoldPrefix };
}

export function payoutRunKey(runId: string): Key {
  return { pk: `RUN#${runId}`, sk: 'RUN' };
}

/** The part of a run that is one bucket of the index. */
export function payoutRunChunkKey(chunk: { runId: string; chunk: number }): Key {
  return { pk: `RUN#${chunk.runId}`, sk: `CHUNK#${twoDigits(chunk.chunk)}` };
}

export function payoutRunLinePartition(chunk: { runId: string; chunk: number }): string {
  return `RUN#${chunk.runId}#${twoDigits(chunk.chunk)}`;
}

/** What a run came to with one creator. Each chunk has a partition of its own, so that a large run meets no limit. */
export function payoutRunLineKey(line: { runId: string; chunk: number; payoutId: string }): Key {
  return { pk: payoutRunLinePartition(line), sk: `LINE#${line.payoutId}` };
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

/** There while a run of the schedule is on: the lock that makes it the only one. */
export function runningPayoutRunKey(schedule: string): Key {
  return { pk: `SCHEDULE#${schedule}`, sk: 'RUNNING' };
}

const scheduledRunPrefix = 'RUN#';

/** The line by which the runs of a schedule are listed. */
export function scheduledPayoutRunKey(run: { schedule: string; runId: string }): Key {
  return { pk: `SCHEDULE#${run.schedule}`, sk: `${scheduledRunPrefix}${run.runId}` };
}
