import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import type { Chance } from './chance.ts';

/** Answers of AWS under which nothing was done. */
const refusals = ['ThrottlingException', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded'] as const;

/** Ways to learn nothing about what was done. */
const silences = ['TimeoutError', 'InternalServerError', 'ServiceUnavailable', 'ECONNRESET'] as const;

/** When a call that fails has its effect: never, before its answer is lost, or only later, when nobody waits any more. */
type Effect = 'none' | 'before the answer was lost' | 'long after it was given up';

export type AttemptFault = { name: string; effect: Effect };

/** What goes wrong with one attempt of a call; `changesNothing` is for reads, of which an effect would be nothing. */
export function chooseAttemptFault(chance: Chance, changesNothing: boolean): AttemptFault {
  if (chance.happens(0.3)) return { name: chance.pick(refusals), effect: 'none' };
  const name = chance.pick(silences);
  if (changesNothing) return { name, effect: 'none' };
  const effects = { none: 3, 'before the answer was lost': 6, 'long after it was given up': 2 };
  return { name, effect: chance.weighted<Effect>(effects) };
}

export function attemptError({ name }: AttemptFault): Error {
  const error = new Error(`${name}, made by the torture run`);
  if (name === 'ECONNRESET') return Object.assign(error, { code: name });
  const httpStatusCode = { InternalServerError: 500, ServiceUnavailable: 503, TimeoutError: undefined }[name] ?? 400;
  return Object.assign(error, { name, $metadata: name === 'TimeoutError' ? {} : { httpStatusCode } });
}

/** What a write meets while a transaction holds its item. */
export function conflictError(): Error {
  return new TransactionConflictException({ $metadata: { httpStatusCode: 400 }, message: 'Made by the torture run' });
}

const contendedReasons = ['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'] as const;

/** What a transaction of so many writes meets while another holds one of its items, or one partition is throttled. */
export function cancellationError(writes: number, chance: Chance): Error {
  const contended = chance.below(writes);
  const code = chance.happens(0.7) ? 'TransactionConflict' : chance.pick(contendedReasons);
  return new TransactionCanceledException({
    $metadata: { httpStatusCode: 400 },
    message: 'Made by the torture run',
    CancellationReasons: Array.from({ length: writes }, (_, at) => ({ Code: at === contended ? code : 'None' })),
  });
}
