import type { Queue } from '../queue/send-messages.ts';
import { sendMessage } from '../queue/send-messages.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { type PayoutRun, parsePayoutRun } from '../store/items/payout.ts';
import { payoutRunKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { transact, updateIf } from '../store/write.ts';
import type { PayoutRunMessage } from './messages.ts';

export type StartPayoutRun = {
  runId: string;
  /** RFC 3339; the moment of the start when absent. */
  dueThrough?: string | undefined;
  startedBy: string;
  now: Date;
};

/**
 * Starts a run over the creators that are due; what an earlier run left, because it was stopped or failed, is part of it.
 * The same key again gets the run as it stands, and its message is sent again while it is running.
 * @throws Error (transient) when the run is stored and its message was not taken; repeating the request sends it.
 */
export async function startPayoutRun(
  { ledger, runs }: { ledger: Table; runs: Queue },
  command: StartPayoutRun,
): Promise<{ run: PayoutRun; replayed: boolean } | Refusal> {
  const started = await putRun(ledger, command);
  if (isRefusal(started)) return started;
  if (started.run.state === 'running') await sendRun(runs, { version: 1, runId: command.runId });
  return started;
}

export function sendRun(runs: Queue, message: PayoutRunMessage): Promise<void> {
  return sendMessage(runs, { body: message, group: message.runId });
}

async function putRun(
  ledger: Table,
  command: StartPayoutRun,
): Promise<{ run: PayoutRun; replayed: boolean } | Refusal> {
  const { runId, startedBy, now } = command;
  const startedAt = now.toISOString();
  const dueThrough = command.dueThrough === undefined ? startedAt : new Date(command.dueThrough).toISOString();
  const known = await readItem(ledger, payoutRunKey(runId));
  if (known) return replay(parsePayoutRun(known), command);
  if (dueThrough > startedAt)
    return refuse(
      'malformed_request',
      "The body's dueThrough lies in the future: a run pays those who are due by now.",
    );
  const run: PayoutRun = { runId, dueThrough, state: 'running', requested: 0, skipped: 0, startedAt, startedBy };
  const written = await transact(ledger, [
    {
      put: { Item: { ...payoutRunKey(runId), ...run }, ConditionExpression: 'attribute_not_exists(pk)' },
      failure: (current) => current,
    },
  ]);
  if (written.committed) return { run, replayed: false };
  return replay(parsePayoutRun(written.failures[0] ?? {}), command);
}

function replay(run: PayoutRun, { dueThrough }: StartPayoutRun): { run: PayoutRun; replayed: boolean } | Refusal {
  const isSame = run.dueThrough === (dueThrough === undefined ? run.startedAt : new Date(dueThrough).toISOString());
  if (isSame) return { run, replayed: true };
  return refuse(
    'idempotency_key_reused',
    'The Idempotency-Key belongs to another payout run: use a new key for a new run.',
    {
      runId: run.runId,
    },
  );
}

export async function findPayoutRun(ledger: Table, runId: string): Promise<PayoutRun | Refusal> {
  const item = await readItem(ledger, payoutRunKey(runId));
  return item ? parsePayoutRun(item) : runNotFound(runId);
}

/** Stops a run: from then on it neither requests nor skips a payout. What it requested before goes its way. */
export async function stopPayoutRun(ledger: Table, runId: string): Promise<PayoutRun | Refusal> {
  const stopped = await updateIf(ledger, {
    Key: payoutRunKey(runId),
    ConditionExpression: '#state IN (:running, :stopped)',
    UpdateExpression: 'SET #state = :stopped',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':running': 'running', ':stopped': 'stopped' },
  });
  if (stopped.applied) return parsePayoutRun(stopped.item);
  if (!stopped.current) return runNotFound(runId);
  const { state } = parsePayoutRun(stopped.current);
  return refuse('state_conflict', `The payout run is ${state} and cannot be stopped.`, { runId, state });
}

function runNotFound(runId: string): Refusal {
  return refuse('payout_run_not_found', `There is no payout run ${runId}.`, { runId });
}
