/** After so many failures in a row an endpoint is left alone for a while: each would hold a worker for seconds. */
const failuresInRow = 3;
const leftAloneMilliseconds = 30_000;

/**
 * An answer that takes longer than this is slow. Its receiver is left alone for twice the time that it took, so that it has a third of
 * each worker's time at most, and others the rest.
 */
const slowMilliseconds = 1_000;
const timesLeftAlone = 2;

type Known = { failures: number; openUntil: number };

type Answered = { isAnswered: boolean; tookMilliseconds: number; now: Date };

/** What one instance of the worker has seen of each endpoint. A changed address starts anew. */
export class Breaker {
  readonly #known = new Map<string, Known>();

  /** For how long the endpoint is left alone from `now` on, and whether it answers, though slowly; nothing when it may be asked. */
  restOf(endpoint: Named, now: Date): { milliseconds: number; isSlow: boolean } | undefined {
    const { failures, openUntil } = this.#known.get(nameOf(endpoint)) ?? { failures: 0, openUntil: 0 };
    const milliseconds = openUntil - now.getTime();
    return milliseconds > 0 ? { milliseconds, isSlow: failures === 0 } : undefined;
  }

  /** `now` is when it was asked. */
  note(endpoint: Named, { isAnswered, tookMilliseconds, now }: Answered): void {
    const name = nameOf(endpoint);
    if (isAnswered && tookMilliseconds <= slowMilliseconds) {
      this.#known.delete(name);
      return;
    }
    if (isAnswered) {
      const openUntil = now.getTime() + (1 + timesLeftAlone) * tookMilliseconds;
      this.#known.set(name, { failures: 0, openUntil });
      return;
    }
    const failures = (this.#known.get(name)?.failures ?? 0) + 1;
    const openUntil = failures >= failuresInRow ? now.getTime() + leftAloneMilliseconds : 0;
    this.#known.set(name, { failures, openUntil });
  }
}

type Named = { endpointId: string; url: string };

function nameOf({ endpointId, url }: Named): string {
  return `${endpointId} ${url}`;
}
