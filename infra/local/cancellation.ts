import { setTimeout as delay } from 'node:timers/promises';

/** Waits, or until the signal says that it is time to stop; either way it simply returns. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
