import { type Due, due } from '../payouts/due.ts';
import type { PayoutRunChunk } from '../store/items/payout-run.ts';
import { dueBucketsPerKind } from '../store/keys.ts';

/** One for each bucket of the index. */
export const chunksPerRun = dueBucketsPerKind;

/** The last moment at which creators of a run of that day come due: schedules come due as their day (UTC) begins. */
export function endOfDates(date: string): string {
  return `${date}T00:00:00.000Z`;
}

/** A slice of work takes 20 seconds, and moves its chunk on with every page of creators. */
const silentAfterSeconds = 300;

/** When the message of a chunk counts as lost, if the chunk has not moved on until then. */
export function chunkDue({ runId }: Pick<PayoutRunChunk, 'runId'>, now: Date): Due {
  return due('payout-run', runId, new Date(now.getTime() + silentAfterSeconds * 1000));
}
