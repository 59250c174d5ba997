import './quiet.ts';
import { describe, expect, it } from 'vitest';
import { canaries } from './canaries/canaries.ts';
import { describeViolations } from './describe-report.ts';
import { runCanary } from './run-canary.ts';
import { playUsualRound, withEmulator } from './run-rounds.ts';

/** Each has an emulator of its own: streams of earlier tables slow every later write down. */
function playAlone(seed: number, operations: number) {
  return withEmulator((dynamodbUrl) => playUsualRound({ dynamodbUrl, seed, operations }));
}

describe('whatever fails', () => {
  it('nothing is lost or doubled, and no answer contradicts the ledger', { timeout: 240_000 }, async () => {
    const { history, items } = await playAlone(7, 1_500);
    expect(describeViolations(history)).toEqual([]);
    expect(items).toBeGreaterThan(500);
  });

  it('the same seed makes the same choices', { timeout: 240_000 }, async () => {
    const play = (seed: number) => playAlone(seed, 120);
    const { asked } = await play(11);
    expect((await play(11)).asked).toEqual(asked);
    expect((await play(12)).asked).not.toEqual(asked);
  });
});

/** A round takes about five seconds on two free cores; counted in rounds, a busy machine makes no difference. */
const isOver = ({ rounds }: { rounds: number }) => rounds >= 10;

describe('a broken variant is caught', () => {
  it.each(canaries)('$name', { timeout: 240_000 }, async (canary) => {
    const { caught, last } = await withEmulator((dynamodbUrl) => runCanary(canary, { dynamodbUrl, seed: 1, isOver }));
    expect(caught, canary.breaks).toBe(true);
    const [violation] = last.history.violations;
    expect(describeViolations(last.history).join('\n')).toContain(violation?.sentence);
  });
});
