import { newId } from '../../shared/identifiers.ts';
import { findPayoutRun } from '../../shared/payout-runs/find-payout-runs.ts';
import { PayoutRunMessage } from '../../shared/payout-runs/messages.ts';
import { presentPayoutRun } from '../../shared/payout-runs/present-payout-run.ts';
import { type StartPayoutRun, startPayoutRun } from '../../shared/payout-runs/start-payout-run.ts';
import { workPayoutRun } from '../../shared/payout-runs/work-payout-run.ts';
import { isRefusal, type Refusal } from '../../shared/refusals.ts';
import type { Table } from '../../shared/store/table.ts';
import type { PayoutDesk } from './payouts.ts';

/** Starts a run, of the weekly schedule unless told otherwise. */
export async function tryToStart(desk: PayoutDesk, change: Partial<StartPayoutRun> & { now: Date }) {
  const command = { runId: newId(new Date()), schedule: 'weekly' as const, startedBy: 'schedule', ...change };
  return startPayoutRun({ ledger: desk.world.ledger, runs: desk.runs }, command);
}

export async function startRun(desk: PayoutDesk, change: Partial<StartPayoutRun> & { now: Date }): Promise<string> {
  return granted(await tryToStart(desk, change)).run.runId;
}

export function granted<Value>(value: Value | Refusal): Value {
  if (isRefusal(value)) throw new Error(`${value.code}: ${value.detail}`);
  return value;
}

type HowToWork = { sliceSeconds?: number; now: Date; ledger?: Table };

/** Works one message of the queue of runs; `sliceSeconds` 0 ends a slice after every creator. */
export async function workMessage(desk: PayoutDesk, message: unknown, how: HowToWork): Promise<void> {
  const { ledger = desk.world.ledger, sliceSeconds = 20, now } = how;
  const stores = { ...desk.world, ledger, payouts: desk.payouts, runs: desk.runs, sliceSeconds };
  await workPayoutRun(stores, PayoutRunMessage.parse(message), now);
}

/** Works all messages, those of all chunks side by side, until there are no more. */
export async function runUntilDone(desk: PayoutDesk, runId: string, how: HowToWork) {
  for (let turn = 0; turn < 500; turn++) {
    const messages = await desk.runs.drain();
    if (messages.length === 0) return runOf(desk, runId);
    await Promise.all(messages.map((message) => workMessage(desk, message, how)));
  }
  throw new Error('The run does not end.');
}

/** The run as the API shows it. */
export async function runOf(desk: PayoutDesk, runId: string) {
  return presentPayoutRun(granted(await findPayoutRun(desk.world.ledger, { runId })));
}
