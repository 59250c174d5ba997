import { count, logger } from '../observability.ts';
import type { JobRun } from '../queue/scheduled-job.ts';
import { type ProviderEvent, parseProviderEvent } from '../store/items/recharge.ts';
import { dueBucketOf, type Key, providerEventKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { updateIf } from '../store/write.ts';

export type ReplaySweep = { replayed: number; failed: number };

type Replaying = {
  /** The keys of what is to be replayed here. */
  due: AsyncIterable<Key[]>;
  replay: (event: ProviderEvent, now: Date) => Promise<void>;
  /** For the calls and writes of one replay; none is begun with less time left. */
  reserveMilliseconds: number;
};

/** Operators replay one event at a time, so that few are due at once; they are taken one after the other. */
export const replaysAtOnce = 10;

/**
 * Replays the events that operators asked for and of which a provider must be asked again: the function that can ask does
 * it, so that an operator's function needs no provider's keys. A replay is one attempt. What is parked still after it, or
 * failed, goes back to the list of parked events, with the attempt in its trail.
 */
export async function replayEvents(
  ledger: Table,
  { due, replay, reserveMilliseconds }: Replaying,
  { now, remainingMilliseconds }: JobRun,
): Promise<ReplaySweep> {
  const report: ReplaySweep = { replayed: 0, failed: 0 };
  for await (const keys of due)
    for (const key of keys) {
      if (remainingMilliseconds() < reserveMilliseconds) return report;
      const event = await dueEvent(ledger, key);
      if (event) report[await replayAlone(ledger, event, () => replay(event, now))] += 1;
    }
  return report;
}

/** The index lags behind the table: what it names may have been replayed or closed since. */
async function dueEvent(ledger: Table, key: Key): Promise<ProviderEvent | undefined> {
  const item = await readItem(ledger, key);
  const event = item && parseProviderEvent(item);
  return event?.outcome === 'parked' && isReplaying(event) ? event : undefined;
}

/** Whether an operator has the event replayed and it is still to be done. */
export function isReplaying({ replayedBy, eventId, dueBucket }: ProviderEvent): boolean {
  return replayedBy !== undefined && dueBucket === dueBucketOf({ kind: replayedBy, id: eventId });
}

async function replayAlone(
  ledger: Table,
  event: ProviderEvent,
  replay: () => Promise<void>,
): Promise<keyof ReplaySweep> {
  const { provider, eventId } = event;
  let outcome: keyof ReplaySweep = 'replayed';
  try {
    await replay();
  } catch (error) {
    outcome = 'failed';
    count('RechargeLookUpsFailed');
    logger.error('replay of an event failed', { provider, eventId, error: error as Error });
  }
  await backToList(ledger, event);
  return outcome;
}

/** An event that was decided, or parked anew, is no longer where it was found. */
async function backToList(ledger: Table, event: ProviderEvent): Promise<void> {
  await updateIf(ledger, {
    Key: providerEventKey(event),
    ConditionExpression: 'outcome = :parked AND dueBucket = :found',
    UpdateExpression: 'SET dueBucket = :list, dueAt = receivedAt',
    ExpressionAttributeValues: {
      ':parked': 'parked',
      ':found': event.dueBucket,
      ':list': dueBucketOf({ kind: 'parked-event', id: event.eventId }),
    },
  });
}
