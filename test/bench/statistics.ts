export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (value === undefined) throw new Error('There is no quantile of nothing.');
  return value;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** Runs `work` for every item, at most `clients` at a time, as so many clients that each wait for their answer would. */
export async function withClients<Item>(
  items: readonly Item[],
  clients: number,
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const open = items.values();
  const client = async (): Promise<void> => {
    for (const item of open) await work(item);
  };
  await Promise.all(Array.from({ length: clients }, client));
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** How often something is measured: until its time is over, but at least and at most so many rounds. */
export type Effort = { atLeast: number; atMost: number; seconds: number };

/**
 * Runs a first round that only warms up (number -1), then those that count.
 * @returns how many counted.
 */
export async function repeat(
  { atLeast, atMost, seconds }: Effort,
  round: (number: number) => Promise<void>,
): Promise<number> {
  await round(-1);
  const end = performance.now() + seconds * 1000;
  let rounds = 0;
  while (rounds < atLeast || (rounds < atMost && performance.now() < end)) await round(rounds++);
  return rounds;
}
