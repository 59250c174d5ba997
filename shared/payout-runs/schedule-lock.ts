import * as z from 'zod/mini';
import { type Refusal, refuse } from '../refusals.ts';
import { Day } from '../store/items/common.ts';
import { type PayoutRun, PayoutRunSchedule } from '../store/items/payout-run.ts';
import { runningPayoutRunKey } from '../store/payout-keys.ts';
import type { Item } from '../store/table.ts';
import type { Write } from '../store/write.ts';

const Lock = z.object({ schedule: PayoutRunSchedule, date: Day, runId: z.string() });

/** Makes the run the only one of its schedule, or says which one is on. */
export function lockSchedule({ schedule, date, runId }: PayoutRun): Write<{ runningRun: Item }> {
  return {
    put: {
      Item: { ...runningPayoutRunKey(schedule), schedule, date, runId },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
    failure: (current = {}) => ({ runningRun: current }),
  };
}

export function refuseWhileAnotherRuns(item: Item): Refusal {
  const { schedule, date, runId } = z.parse(Lock, item);
  return refuse(
    'payout_run_in_progress',
    `The ${schedule} payout run of ${date} is on: wait until it has finished, or stop it.`,
    { schedule, date, runId },
  );
}
