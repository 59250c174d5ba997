import { describe, expect, it } from 'vitest';
import { isInEveryTestRun } from './canaries/canaries.ts';
import type { Canary } from './canaries/canary.ts';
import { describeViolations } from './describe-report.ts';
import { runCanary } from './run-canary.ts';
import { withEmulator } from './run-rounds.ts';

/** A round takes about five seconds on two free cores; counted in rounds, a busy machine makes no difference. */
const isOver = ({ rounds }: { rounds: number }) => rounds >= 10;

/** The tests that those of these which every run plays are caught. */
export function catchCanaries(canaries: Canary[]): void {
  describe('a broken variant is caught', () => {
    it.each(canaries.filter(isInEveryTestRun))('$name', { timeout: 240_000 }, async (canary) => {
      const { caught, last } = await withEmulator((dynamodbUrl) => runCanary(canary, { dynamodbUrl, seed: 1, isOver }));
      expect(caught, canary.breaks).toBe(true);
      const [violation] = last.history.violations;
      expect(describeViolations(last.history).join('\n')).toContain(violation?.sentence);
    });
  });
}
