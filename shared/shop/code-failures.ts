import * as z from 'zod/mini';
import { type Refusal, refuse } from '../refusals.ts';
import { codeFailuresKey } from '../store/shop-keys.ts';
import type { Table } from '../store/table.ts';
import { updateIf } from '../store/write.ts';

const hourMilliseconds = 3_600_000;

/** `GUESSES#{userId}` / `GUESSES`: attempts of one hour (of the clock, UTC), the one under way included. */
const Failures = z.object({ hour: z.string(), failures: z.int() });

type Attempt = { userId: string; most: number; now: Date };

/**
 * Counts an attempt before the code is looked at, so that however many come at once no more are looked at than may fail.
 * Refusal: `too_many_attempts`.
 */
export async function countAttempt(ledger: Table, { userId, most, now }: Attempt): Promise<Refusal | undefined> {
  const hour = hourOf(now);
  const counted = await updateIf(ledger, {
    Key: codeFailuresKey(userId),
    // A clock that is behind counts in the hour that has begun for others.
    ConditionExpression: '#hour >= :hour AND failures < :most',
    UpdateExpression: 'SET failures = failures + :one',
    ExpressionAttributeNames: { '#hour': 'hour' },
    ExpressionAttributeValues: { ':hour': hour, ':most': most, ':one': 1 },
  });
  if (counted.applied) return undefined;
  if (counted.current && z.parse(Failures, counted.current).hour >= hour) return tooMany(most, now);
  const begun = await updateIf(ledger, {
    Key: codeFailuresKey(userId),
    ConditionExpression: 'attribute_not_exists(#hour) OR #hour < :hour',
    UpdateExpression: 'SET #hour = :hour, failures = :one',
    ExpressionAttributeNames: { '#hour': 'hour' },
    ExpressionAttributeValues: { ':hour': hour, ':one': 1 },
  });
  // Another attempt has begun the hour meanwhile; this one is counted in it.
  return begun.applied ? undefined : countAttempt(ledger, { userId, most, now });
}

/** An attempt that succeeded was no failure. Should this be lost, the user has one attempt less until the hour is over. */
export async function uncountAttempt(ledger: Table, { userId, now }: Omit<Attempt, 'most'>): Promise<void> {
  await updateIf(ledger, {
    Key: codeFailuresKey(userId),
    ConditionExpression: '#hour >= :hour AND failures > :zero',
    UpdateExpression: 'SET failures = failures - :one',
    ExpressionAttributeNames: { '#hour': 'hour' },
    ExpressionAttributeValues: { ':hour': hourOf(now), ':zero': 0, ':one': 1 },
  });
}

function hourOf(now: Date): string {
  return now.toISOString().slice(0, 13);
}

function tooMany(most: number, now: Date): Refusal {
  const freeAt = new Date((Math.floor(now.getTime() / hourMilliseconds) + 1) * hourMilliseconds);
  return refuse(
    'too_many_attempts',
    `A user may try ${most} codes in vain an hour; the next one from ${freeAt.toISOString()} on.`,
    {
      limit: most,
      freeAt: freeAt.toISOString(),
      retryAfterSeconds: Math.ceil((freeAt.getTime() - now.getTime()) / 1000),
    },
  );
}
