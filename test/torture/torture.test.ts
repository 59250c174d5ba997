import './quiet.ts';
import { describe, expect, it } from 'vitest';
import { giftAndEventCanaries } from './canaries/canaries.ts';
import { catchCanaries } from './catch-canaries.ts';
import { describeViolations } from './describe-report.ts';
import { playUsualRound, withEmulator } from './run-rounds.ts';

/** Each has an emulator of its own: streams of earlier tables slow every later write down. */
function playAlone(seed: number, operations: number) {
  return withEmulator((dynamodbUrl) => playUsualRound({ dynamodbUrl, seed, operations }));
}

describe('whatever fails', () => {
  let askedUnderAnother: string[] = [];

  it('nothing is lost or doubled, and no answer contradicts the ledger', { timeout: 240_000 }, async () => {
    const { history, items, asked } = await playAlone(7, 1_500);
    askedUnderAnother = asked;
    expect(describeViolations(history)).toEqual([]);
    expect(items).toBeGreaterThan(500);
  });

  it('the same seed makes the same choices', { timeout: 240_000 }, async () => {
    const play = (seed: number) => playAlone(seed, 120);
    const { asked } = await play(11);
    expect((await play(11)).asked).toEqual(asked);
    expect(askedUnderAnother.slice(0, 100)).not.toEqual(asked.slice(0, 100));
  });
});

// The others are in files of their own, which run side by side.
catchCanaries(giftAndEventCanaries);
