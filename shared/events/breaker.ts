/** After so many failures in a row an endpoint is left alone for a while: each would hold a worker for seconds. */
const failuresInRow = 3;
const leftAloneMilliseconds = 30_000;

type Known = { failures: number; openUntil: number };

/** What one instance of the worker has seen of each endpoint. A changed address starts anew. */
export class Breaker {
  readonly #known = new Map<string, Known>();

  isOpen(endpoint: { endpointId: string; url: string }, now: Date): boolean {
    return (this.#known.get(nameOf(endpoint))?.openUntil ?? 0) > now.getTime();
  }

  note(endpoint: { endpointId: string; url: string }, { isAnswered, now }: { isAnswered: boolean; now: Date }): void {
    const name = nameOf(endpoint);
    if (isAnswered) {
      this.#known.delete(name);
      return;
    }
    const failures = (this.#known.get(name)?.failures ?? 0) + 1;
    const openUntil = failures >= failuresInRow ? now.getTime() + leftAloneMilliseconds : 0;
    this.#known.set(name, { failures, openUntil });
  }
}

function nameOf({ endpointId, url }: { endpointId: string; url: string }): string {
  return `${endpointId} ${url}`;
}
