import { createHash } from 'node:crypto';
import { count, logger } from '../observability.ts';
import type { EventDecision, ProviderEvent } from '../store/items/recharge.ts';
import { dueBucketOf, providerEventKey, type ReplayKind } from '../store/keys.ts';
import type { Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';

/** What is known of an event before it is decided what becomes of it. */
export type Seen = Pick<ProviderEvent, 'provider' | 'eventId' | 'type' | 'digest'> & {
  /** The recharge it says it is about. */
  subject: string | undefined;
  now: Date;
  /** What operators did about it, when one of them has it replayed. */
  trail?: EventDecision[];
};

/** What is kept of a parked event, so that each can be replayed: what it reports, or what to ask about, as JSON. */
export type Replay = { report: string; replayedBy?: ReplayKind };

/** An event that may have to be parked. */
export type Notice = Seen & Replay;

type Outcome = Pick<ProviderEvent, 'outcome' | 'reason'>;

export function digestOf(body: Buffer | string): string {
  return createHash('sha256').update(body).digest('hex');
}

const ifNewOrParked = {
  ConditionExpression: 'attribute_not_exists(pk) OR outcome = :parked',
  ExpressionAttributeValues: { ':parked': 'parked' satisfies ProviderEvent['outcome'] },
};

const ifNewOrWithoutEffect = {
  ConditionExpression: 'attribute_not_exists(pk) OR outcome IN (:parked, :ignored)',
  ExpressionAttributeValues: {
    ':parked': 'parked' satisfies ProviderEvent['outcome'],
    ':ignored': 'ignored' satisfies ProviderEvent['outcome'],
  },
};

/**
 * Puts the proof that the event had its effect, as part of the transaction that has it. An event that was parked may be
 * applied when the provider delivers it again: that is how an operator has it repeated once its cause is mended. So may one
 * that was ignored: when it came first, its payment may have been nobody's.
 */
export function appliedEvent<Failure>(notice: Seen, failure: Failure): Write<Failure> {
  return {
    put: {
      Item: itemOf(notice, { outcome: 'applied' }),
      ...ifNewOrWithoutEffect,
    },
    failure: (current) => {
      if (current?.outcome === ('closed' satisfies ProviderEvent['outcome'])) throw new EventClosed(notice.eventId);
      return failure;
    },
  };
}

/** An operator has closed the event: whatever it reports has no effect any more, and need not be delivered again. */
export class EventClosed extends Error {
  constructor(eventId: string) {
    super(`The event ${eventId} is closed.`);
    this.name = 'EventClosed';
  }
}

/** Sets the event aside for an operator. It is counted once, however often it is delivered or replayed. */
export async function parkEvent(ledger: Table, notice: Notice, reason: string): Promise<void> {
  const isNew = await recordEvent(ledger, notice, { outcome: 'parked', reason });
  if (!isNew || notice.trail) return;
  count('EventsParked');
  const { provider, eventId, type, subject } = notice;
  logger.error('event parked', { provider, eventId, type, subject, reason });
}

/** Keeps that the event was seen and had no effect, and why. */
export async function ignoreEvent(ledger: Table, notice: Seen, reason: string): Promise<void> {
  await recordEvent(ledger, notice, { outcome: 'ignored', reason });
}

/** Whether the event was recorded; one that is known stays as it is, unless an operator has it replayed. */
async function recordEvent(ledger: Table, notice: Seen, outcome: Outcome): Promise<boolean> {
  const written = await transact(ledger, [
    {
      put: {
        Item: itemOf(notice, outcome),
        ...(notice.trail ? ifNewOrParked : { ConditionExpression: 'attribute_not_exists(pk)' }),
      },
      failure: () => 'known',
    },
  ]);
  return written.committed;
}

function itemOf(
  { subject, now, report, replayedBy, ...notice }: Seen & Partial<Replay>,
  outcome: Outcome,
): Record<string, unknown> {
  const receivedAt = now.toISOString();
  const event: ProviderEvent = {
    ...notice,
    ...outcome,
    ...(subject !== undefined && { subject }),
    receivedAt,
    // Only what waits for an operator is in the index.
    ...(outcome.outcome === 'parked' && {
      ...(report !== undefined && { report }),
      ...(replayedBy && { replayedBy }),
      dueBucket: dueBucketOf({ kind: 'parked-event', id: notice.eventId }),
      dueAt: receivedAt,
    }),
  };
  return { ...providerEventKey(notice), ...event };
}
