import type { Canary } from './canaries/canary.ts';
import { playRound, type RoundReport } from './round.ts';
import { type Traffic, usualTraffic } from './traffic/plan.ts';
import { stripeAlone } from './traffic/ways.ts';

export type CanaryReport = { caught: boolean; seconds: number; rounds: number; last: RoundReport; seed: number };

/** Few operations a round: a fault that needs more is looked for again with other choices. */
const operationsPerRound = 300;

/** Lets the run look for the fault of a canary, round after round, until it is found or the search is over. */
export async function runCanary(
  canary: Canary,
  {
    dynamodbUrl,
    seed,
    isOver,
  }: { dynamodbUrl: string; seed: number; isOver: (so: { seconds: number; rounds: number }) => boolean },
): Promise<CanaryReport> {
  const began = performance.now();
  const none = Object.fromEntries(Object.keys(usualTraffic).map((kind) => [kind, 0])) as Traffic;
  for (let rounds = 1; ; rounds++) {
    const last = await playRound({
      dynamodbUrl,
      seed: seed + rounds - 1,
      operations: operationsPerRound,
      clients: 24,
      scale: { fans: canary.fans ?? 12, creators: canary.creators ?? 4 },
      ways: { ...stripeAlone, ...canary.ways },
      traffic: { ...none, ...canary.traffic },
      sabotage: canary.sabotage(),
    });
    const seconds = (performance.now() - began) / 1_000;
    const caught = last.history.isSpoiled;
    if (caught || isOver({ seconds, rounds })) return { caught, seconds, rounds, last, seed: seed + rounds - 1 };
  }
}
