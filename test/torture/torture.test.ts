import './quiet.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../infra/local/dynamodb.ts';
import { canaries } from './canaries/canaries.ts';
import { describeViolations } from './describe-report.ts';
import { runCanary } from './run-canary.ts';
import { playUsualRound } from './run-rounds.ts';

/** Of its own: the streams of these tables would slow down the tests that run at the same time. */
let emulator: DynamoDbLocal;

beforeAll(async () => {
  emulator = await startDynamoDbLocal();
});
afterAll(() => emulator.close());

describe('whatever fails', () => {
  it('nothing is lost or doubled, and no answer contradicts the ledger', { timeout: 120_000 }, async () => {
    const { history, items } = await playUsualRound({ dynamodbUrl: emulator.url, seed: 7, operations: 1_500 });
    expect(describeViolations(history)).toEqual([]);
    expect(items).toBeGreaterThan(500);
  });

  it('the same seed makes the same choices', { timeout: 60_000 }, async () => {
    const play = (seed: number) => playUsualRound({ dynamodbUrl: emulator.url, seed, operations: 120 });
    const { asked } = await play(11);
    expect((await play(11)).asked).toEqual(asked);
    expect((await play(12)).asked).not.toEqual(asked);
  });
});

/** A round takes about five seconds on two free cores; counted in rounds, a busy machine makes no difference. */
const isOver = ({ rounds }: { rounds: number }) => rounds >= 10;

describe('a broken variant is caught', () => {
  it.each(canaries)('$name', { timeout: 240_000 }, async (canary) => {
    const { caught, last } = await runCanary(canary, { dynamodbUrl: emulator.url, seed: 1, isOver });
    expect(caught, canary.breaks).toBe(true);
    const [violation] = last.history.violations;
    expect(describeViolations(last.history).join('\n')).toContain(violation?.sentence);
  });
});
