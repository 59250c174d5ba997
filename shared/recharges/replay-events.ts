import { count, logger } from '../observability.ts';
import type { JobRun } from '../queue/scheduled-job.ts';
import { type ProviderEvent, parseProviderEvent } from '../store/items/recharge.ts';
import { dueBucketOf, dueIndex, type Key, providerEventKey } from '../store/keys.ts';
import { queryPage, readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { updateIf } from '../store/write.ts';

export type ReplaySweep = { replayed: number; failed: number };

type Replaying = {
  /** The buckets of the index that hold what is to be replayed here. */
  buckets: string[];
  replay: (event: ProviderEvent, now: Date) => Promise<void>;
  /** For the calls and writes of one replay; none is begun with less time left. */
  reserveMilliseconds: number;
};

/** Operators replay one event at a time; of a bucket no more are taken in a run. */
const mostPerBucket = 10;

/**
 * Replays the events that operators asked for and of which a provider must be asked again: the function that can ask does
 * it, so that an operator's function needs no provider's keys. A replay is one attempt. What is parked still after it, or
 * failed, goes back to the list of parked events, with the attempt in its trail.
 */
export async function replayEvents(
  ledger: Table,
  { buckets, replay, reserveMilliseconds }: Replaying,
  { now, remainingMilliseconds }: JobRun,
): Promise<ReplaySweep> {
  const report: ReplaySweep = { replayed: 0, failed: 0 };
  for (const bucket of buckets) {
    const { items } = await queryPage(ledger, {
      IndexName: dueIndex,
      KeyConditionExpression: 'dueBucket = :bucket AND dueAt <= :now',
      ExpressionAttributeValues: { ':bucket': bucket, ':now': now.toISOString() },
      Limit: mostPerBucket,
    });
    for (const { pk, sk } of items) {
      if (remainingMilliseconds() < reserveMilliseconds) return report;
      const event = await dueEvent(ledger, { pk: String(pk), sk: String(sk) }, bucket);
      if (event) report[await replayAlone(ledger, event, () => replay(event, now))] += 1;
    }
  }
  return report;
}

/** The index lags behind the table: what it names may have been replayed or closed since. */
async function dueEvent(ledger: Table, key: Key, bucket: string): Promise<ProviderEvent | undefined> {
  const item = await readItem(ledger, key);
  const event = item && parseProviderEvent(item);
  return event?.outcome === 'parked' && event.dueBucket === bucket ? event : undefined;
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
