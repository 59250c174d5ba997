import { callApi } from '../call.ts';
import { subjects } from '../history.ts';
import type { World } from '../world.ts';
import { keyAt } from './keys.ts';
import { earlierOperation, type Operation } from './operation.ts';

type NewRun = { runId: string; body: { schedule: 'weekly' | 'monthly'; dryRun?: true } };

/** An operator starts a run, sometimes from two tabs, or looks first what it would do. */
export async function startRun(operation: Operation): Promise<void> {
  const run = runOf(operation);
  const { world, number, chance, now } = operation;
  const rival = { ...run, runId: keyAt(now, chance) };
  const asked = chance.happens(0.2) ? [run, chance.happens(0.5) ? run : rival] : [run];
  await Promise.all(asked.map((one, copy) => start(world, one, [number, copy])));
}

function runOf({ chance, now }: Operation): NewRun {
  const runId = keyAt(now - chance.below(1_000), chance);
  const schedule = chance.weighted({ weekly: 3, monthly: 1 });
  return { runId, body: { schedule, ...(chance.happens(0.2) && { dryRun: true as const }) } };
}

export async function start(world: World, { runId, body }: NewRun, place: (number | string)[]): Promise<void> {
  const subject = subjects.run(runId);
  const view = world.views.runs;
  const attempt = view.begin(subject, body);
  const request = { place, about: [subject], body, key: runId, caller: 'operator' };
  const answer = await callApi(world, { function: 'start-payout-run', ...request });
  if (answer.kind === 'unknown') view.unknown(attempt);
  else if (answer.kind === 'refused') view.refused(attempt, answer.code);
  else view.succeeded(attempt, { date: answer.body.date }, answer.isReplay);
}

/** Once a stop has been answered, the run does nothing until somebody has it go on; the judge compares. */
export async function stopRun(operation: Operation): Promise<void> {
  const answer = await steerEarlierRun(operation, 'stop-payout-run');
  if (answer?.kind !== 'done' || answer.body.state !== 'stopped') return;
  const { runId, stoppedAt, requested, skipped } = answer.body;
  operation.world.stoppedRuns.set(String(runId), { stoppedAt, requested, skipped });
}

export async function resumeRun(operation: Operation): Promise<void> {
  await steerEarlierRun(operation, 'resume-payout-run');
}

function steerEarlierRun(operation: Operation, name: 'stop-payout-run' | 'resume-payout-run') {
  const earlier = earlierOperation(operation, 'startRun');
  if (!earlier) return undefined;
  const { runId } = runOf(earlier);
  const request = { function: name, place: [operation.number], about: [subjects.run(runId)], parameters: { runId } };
  return callApi(operation.world, { ...request, caller: 'operator' });
}
