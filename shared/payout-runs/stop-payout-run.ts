import { logger } from '../observability.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { payoutRunKey } from '../store/payout-keys.ts';
import type { Table } from '../store/table.ts';
import { updateIf } from '../store/write.ts';
import { endChunk } from './chunks.ts';
import { findPayoutRun, type RunWithChunks } from './find-payout-runs.ts';

export type StopPayoutRun = { runId: string; stoppedBy: string; now: Date };

/**
 * Stops a run: once this has returned, it neither requests nor skips a payout. What it requested before goes its way. The run
 * is first marked, which tells its workers to leave their chunks; a stop that dies half way is completed by them, or by the
 * sweep that sends their messages.
 */
export async function stopPayoutRun(
  ledger: Table,
  { runId, stoppedBy, now }: StopPayoutRun,
): Promise<RunWithChunks | Refusal> {
  await updateIf(ledger, {
    Key: payoutRunKey(runId),
    ConditionExpression: '#state = :running',
    UpdateExpression: 'SET #state = :stopping',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':running': 'running', ':stopping': 'stopping' },
  });
  const found = await findPayoutRun(ledger, { runId });
  if (isRefusal(found)) return found;
  const { state } = found.run;
  if (state === 'stopped') return found;
  if (state === 'finished')
    return refuse('state_conflict', 'The payout run is finished and cannot be stopped.', { runId, state });
  for (const { chunk, state } of found.chunks)
    if (state === 'running') await endChunk(ledger, { runId, chunk, to: 'stopped', now });
  logger.info('payout run stopped', { runId, by: stoppedBy });
  return findPayoutRun(ledger, { runId });
}
