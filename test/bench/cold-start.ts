import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import type { Bundles } from './bundles.ts';
import { lambdaEnvironment } from './function-environment.ts';
import { type Effort, median, repeat } from './statistics.ts';

type ColdStart = {
  function: string;
  kilobytes: number;
  loadMs: number;
  /** Load time by that of the bare client's bundle, the median of the rounds' ratios. */
  loadRatio: number;
};

/** Loads a bundle in a process that has loaded nothing yet, as Lambda does, and says how long that took. */
const loader = `
  const start = process.hrtime.bigint();
  require(process.argv[1]);
  process.stdout.write(String(Number(process.hrtime.bigint() - start) / 1e6));
  process.exit();
`;

/** So many functions are loaded between two loads of the bare client. */
const functionsPerBare = 4;

export type ColdStarts = { rounds: number; bare: ColdStart; bareTrimmed: ColdStart; functions: ColdStart[] };

const trimmedName = 'bare client, trimmed as the functions are';

/** Each round loads every bundle once and the bare one in between; a ratio is to the median of the round's bare loads. */
export async function measureColdStarts(
  { bare, bareTrimmed, functions }: Bundles,
  effort: Effort,
): Promise<ColdStarts> {
  const env = lambdaEnvironment();
  const load = (file: string): number =>
    Number(execFileSync(process.execPath, ['-e', loader, file], { env, encoding: 'utf8' }));
  const bareTimes: number[] = [];
  const measured = new Map([[trimmedName, bareTrimmed], ...functions]);
  const times = new Map([...measured.keys()].map((name) => [name, { ms: [] as number[], ratios: [] as number[] }]));
  // The round that is not counted brings every file into the system's cache.
  const rounds = await repeat(effort, async (round) => {
    const bareOfRound: number[] = [];
    const ofRound = [...measured].map(([name, file], position) => {
      if (position % functionsPerBare === 0) bareOfRound.push(load(bare));
      return { name, ms: load(file) };
    });
    if (round < 0) return;
    bareTimes.push(...bareOfRound);
    for (const { name, ms } of ofRound) {
      times.get(name)?.ms.push(ms);
      times.get(name)?.ratios.push(ms / median(bareOfRound));
    }
  });
  const resultOf = (name: string, file: string): ColdStart => {
    const { ms = [], ratios = [] } = times.get(name) ?? {};
    return { function: name, kilobytes: kilobytesOf(file), loadMs: median(ms), loadRatio: median(ratios) };
  };
  return {
    rounds,
    bare: { function: 'bare client', kilobytes: kilobytesOf(bare), loadMs: median(bareTimes), loadRatio: 1 },
    bareTrimmed: resultOf(trimmedName, bareTrimmed),
    functions: [...functions].map(([name, file]) => resultOf(name, file)),
  };
}

function kilobytesOf(file: string): number {
  return Math.round(statSync(file).size / 1024);
}
