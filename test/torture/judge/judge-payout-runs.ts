import { momentOfId } from '../../../shared/identifiers.ts';
import { scheduledPayoutId } from '../../../shared/payout-runs/scheduled-payout-id.ts';
import type { PayoutRun, PayoutRunLine } from '../../../shared/store/items/payout-run.ts';
import { subjects } from '../history.ts';
import type { World } from '../world.ts';
import type { Snapshot } from './snapshot.ts';

/** Every run counts and lists what it did, once, and every date of a creator is in one run. */
export function judgePayoutRuns(world: World, snapshot: Snapshot): void {
  const { history, views } = world;
  views.runs.judge(
    new Map(
      snapshot.runs.map(({ runId, schedule, dryRun, date }) => [
        subjects.run(runId),
        {
          request: JSON.stringify({ schedule, ...(dryRun && { dryRun }) }),
          content: JSON.stringify({ date }),
        },
      ]),
    ),
  );
  const runOfPayout = new Map<string, string>();
  const lines = Map.groupBy(snapshot.runLines, ({ runId }) => runId);
  for (const run of snapshot.runs) {
    const own = lines.get(run.runId) ?? [];
    judgeCounts(world, snapshot, { run, lines: own });
    judgeStop(world, run, own);
    judgeReport(world, run, own);
    if (run.dryRun) continue;
    for (const { payoutId, creatorId } of own) {
      const other = runOfPayout.get(payoutId);
      if (other) history.violate(subjects.payout(payoutId), `is in the runs ${other} and ${run.runId}`);
      runOfPayout.set(payoutId, run.runId);
      if (payoutId !== scheduledPayoutId({ creatorId, dueAt: momentOfId(payoutId) ?? '' }))
        history.violate(subjects.payout(payoutId), `is not the payout of ${creatorId} for its date`);
    }
  }
  for (const runId of snapshot.runningRuns.keys())
    history.violate(subjects.run(runId), 'is over, and its schedule is not free');
}

type OneRun = { run: PayoutRun; lines: PayoutRunLine[] };

/** Chunk by chunk, the counts are the lines; and the lines are the payouts. */
function judgeCounts({ history }: World, { runChunks, payouts }: Snapshot, { run, lines }: OneRun): void {
  const { runId, dryRun } = run;
  const subject = subjects.run(runId);
  for (const { chunk, requested, skipped } of runChunks.filter((candidate) => candidate.runId === runId)) {
    const listed = lines.filter((line) => line.chunk === chunk);
    const wereSkipped = listed.filter(({ outcome }) => outcome === 'skipped').length;
    if (skipped !== wereSkipped || requested !== listed.length - wereSkipped)
      history.violate(
        subject,
        `counts ${requested} and ${skipped} in chunk ${chunk}, and lists ${listed.length}, ${wereSkipped} skipped`,
      );
  }
  const outcomes = new Map(lines.map(({ payoutId, outcome }) => [payoutId, outcome]));
  const ofRun = payouts.filter((payout) => payout.runId === runId);
  if (ofRun.length !== (dryRun ? 0 : lines.length))
    history.violate(subject, `lists ${lines.length} payouts, and there are ${ofRun.length}`);
  for (const { payoutId, state } of ofRun)
    if (outcomes.get(payoutId) !== (state === 'skipped' ? 'skipped' : 'requested'))
      history.violate(subjects.payout(payoutId), `is ${state}, and the run lists it as ${outcomes.get(payoutId)}`);
}

/** A run that is stopped for good has done nothing since the stop was answered. */
function judgeStop({ history, stoppedRuns }: World, { runId, stoppedAt }: PayoutRun, lines: PayoutRunLine[]): void {
  const stop = stoppedRuns.get(runId);
  if (!stop || stop.stoppedAt !== stoppedAt) return;
  const told = Number(stop.requested) + Number(stop.skipped);
  if (told !== lines.length)
    history.violate(
      subjects.run(runId),
      `had come to ${told} creators when it was stopped, and comes to ${lines.length}`,
    );
}

/** The latest report has all lines, and its totals are those of its rows. */
function judgeReport({ history, reports }: World, { runId, report }: PayoutRun, lines: PayoutRunLine[]): void {
  if (!report) return;
  const { payouts, totals } = JSON.parse(reports.read(report.jsonKey) ?? '{}') as {
    payouts?: { payoutId: string; net: number }[];
    totals?: { count: number; netMinor: number }[];
  };
  const listed = (payouts ?? []).map(({ payoutId }) => payoutId).toSorted();
  const expected = lines.map(({ payoutId }) => payoutId).toSorted();
  if (JSON.stringify(listed) !== JSON.stringify(expected))
    history.violate(subjects.run(runId), `lists ${expected.length} payouts, and its report ${listed.length}`);
  const net = (payouts ?? []).reduce((sum, row) => sum + row.net, 0);
  const totalled = (totals ?? []).reduce((sum, { netMinor }) => sum + netMinor, 0);
  if (net !== totalled) history.violate(subjects.run(runId), `reports ${net} in rows and ${totalled} in totals`);
}
