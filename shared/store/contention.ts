/**
 * Others were writing the same items, or AWS asked for less: nothing was decided and nothing is known to be wrong.
 * An HTTP caller is told to repeat the request under the same idempotency key; a message goes back to its queue.
 */
export class Contention extends Error {
  override readonly name = 'Contention';
}

const contentionErrors = new Set([
  'InternalServerError',
  'LimitExceededException',
  'ProviderOutcomeUnknown',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestTimeout',
  'ServiceUnavailable',
  'ThrottlingException',
  'TimeoutError',
  'TransactionConflictException',
  'TransactionInProgressException',
]);

/** Whether repeating the same request later may succeed without anybody changing anything. */
export function isTransient(error: unknown): boolean {
  if (error instanceof Contention) return true;
  if (!(error instanceof Error)) return false;
  if (contentionErrors.has(error.name)) return true;
  const code = (error as { code?: unknown }).code;
  return code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'EPIPE' || code === 'ETIMEDOUT';
}

/** How often a write that met a conflict is tried in all, before the caller is told to come back. */
export const writeAttempts = 6;

const firstPauseMilliseconds = 15;
const longestPauseMilliseconds = 400;

/** Waits before attempt `attempt` (1 is the first repetition): exponential, with full jitter, so that rivals spread out. */
export async function pauseBefore(attempt: number, random: () => number = Math.random): Promise<void> {
  const ceiling = Math.min(longestPauseMilliseconds, firstPauseMilliseconds * 2 ** attempt);
  await new Promise((resolve) => setTimeout(resolve, ceiling * random()));
}

/** What an attempt says when others have changed what it had read. */
export const changedMeanwhile: unique symbol = Symbol('changed meanwhile');

/** No attempt begins later than this after the first: the shortest time-out of a function is twice as long. */
const attemptsEndAfterMilliseconds = 5_000;

/**
 * Reads, decides and writes again until nobody has changed meanwhile what the decision was made from.
 * @throws Contention when `what` changed on every attempt.
 */
export async function untilUnchanged<Outcome>(
  what: string,
  attemptOnce: () => Promise<Outcome | typeof changedMeanwhile>,
  attempts = writeAttempts,
): Promise<Outcome> {
  const end = Date.now() + attemptsEndAfterMilliseconds;
  for (let attempt = 1; attempt <= attempts && Date.now() < end; attempt++) {
    const outcome = await attemptOnce();
    if (outcome !== changedMeanwhile) return outcome;
    await pauseBefore(attempt);
  }
  throw new Contention(`${what} changed on every attempt.`);
}
