import { createHash } from 'node:crypto';
import { count, logger } from '../observability.ts';
import type { ProviderEvent } from '../store/items/recharge.ts';
import { providerEventKey } from '../store/keys.ts';
import type { Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';

/** What is known of an event before it is decided what becomes of it. */
export type Notice = Pick<ProviderEvent, 'provider' | 'eventId' | 'type' | 'digest'> & {
  /** The recharge it says it is about. */
  subject: string | undefined;
  now: Date;
};

type Outcome = Pick<ProviderEvent, 'outcome' | 'reason'>;

export function digestOf(body: Buffer | string): string {
  return createHash('sha256').update(body).digest('hex');
}

/**
 * Puts the proof that the event had its effect, as part of the transaction that has it. An event that was parked may be
 * applied when the provider delivers it again: that is how an operator has it repeated once its cause is mended.
 */
export function appliedEvent<Failure>(notice: Notice, failure: Failure): Write<Failure> {
  return {
    put: {
      Item: itemOf(notice, { outcome: 'applied' }),
      ConditionExpression: 'attribute_not_exists(pk) OR outcome = :parked',
      ExpressionAttributeValues: { ':parked': 'parked' satisfies ProviderEvent['outcome'] },
    },
    failure: () => failure,
  };
}

/** Sets the event aside for an operator. It is counted once, however often it is delivered. */
export async function parkEvent(ledger: Table, notice: Notice, reason: string): Promise<void> {
  const isNew = await recordEvent(ledger, notice, { outcome: 'parked', reason });
  if (!isNew) return;
  count('EventsParked');
  const { provider, eventId, type, subject } = notice;
  logger.error('event parked', { provider, eventId, type, subject, reason });
}

/** Keeps that the event was seen and had no effect, and why. */
export async function ignoreEvent(ledger: Table, notice: Notice, reason: string): Promise<void> {
  await recordEvent(ledger, notice, { outcome: 'ignored', reason });
}

/** Whether the event is new; one that is known stays as it is recorded. */
async function recordEvent(ledger: Table, notice: Notice, outcome: Outcome): Promise<boolean> {
  const written = await transact(ledger, [
    {
      put: { Item: itemOf(notice, outcome), ConditionExpression: 'attribute_not_exists(pk)' },
      failure: () => 'known',
    },
  ]);
  return written.committed;
}

function itemOf({ subject, now, ...notice }: Notice, outcome: Outcome): Record<string, unknown> {
  const event: ProviderEvent = {
    ...notice,
    ...outcome,
    ...(subject !== undefined && { subject }),
    receivedAt: now.toISOString(),
  };
  return { ...providerEventKey(notice), ...event };
}
