import { startDynamoDbLocal } from '../../infra/local/dynamodb.ts';
import { hashOf } from './chance.ts';
import { playRound, type RoundReport } from './round.ts';
import { usualTraffic } from './traffic/plan.ts';
import { usualWays } from './traffic/ways.ts';

/** About half a minute on two cores: long enough for a month of the run's time, short enough for a history to be read. */
const operationsPerRound = 3_000;

export type RoundsOptions = {
  seed: number;
  minutes: number;
  operations?: number;
  onRound: (round: { number: number; seed: number; report: RoundReport }) => void;
};

/** A round of everything at once, over the product as it is. */
export function playUsualRound(round: { dynamodbUrl: string; seed: number; operations: number }): Promise<RoundReport> {
  const scale = { fans: 24, creators: 8 };
  return playRound({ ...round, clients: 24, scale, ways: usualWays, traffic: usualTraffic, sabotage: {} });
}

/** Each round has an emulator of its own: the streams of earlier tables would slow the later ones down. */
export async function withEmulator<Result>(run: (dynamodbUrl: string) => Promise<Result>): Promise<Result> {
  const emulator = await startDynamoDbLocal();
  try {
    return await run(emulator.url);
  } finally {
    await emulator.close();
  }
}

/**
 * Plays rounds until the time is over, at least one; each has an empty ledger and a seed of its own, and can be played again
 * by it. It stops at the first round with a violation.
 */
export async function runRounds(options: RoundsOptions): Promise<boolean> {
  const { minutes, operations = operationsPerRound, onRound } = options;
  const began = performance.now();
  for (let number = 1; ; number++) {
    const seed = number === 1 ? options.seed : hashOf(`${options.seed}/round/${number}`);
    const report = await withEmulator((dynamodbUrl) => playUsualRound({ dynamodbUrl, seed, operations }));
    onRound({ number, seed, report });
    if (report.history.isSpoiled) return false;
    const seconds = (performance.now() - began) / 1_000;
    // Another round would end after the time is over.
    if (seconds + seconds / number > minutes * 60) return true;
  }
}
