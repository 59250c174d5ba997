import type { Levels } from '../catalog/levels-schema.ts';
import type { LadderName } from '../store/board-keys.ts';

/** A level, and where it begins: coins given, or milli-diamonds earned. */
export type Step = { level: string; badge: string; from: number };

const milliDiamondsPerDiamond = 1_000;

export function ladderOf({ gifters, creators }: Levels, name: LadderName): Step[] {
  if (name === 'gifters') return gifters.map(({ level, badge, fromCoins }) => ({ level, badge, from: fromCoins }));
  return creators.map(({ level, badge, fromDiamonds }) => ({
    level,
    badge,
    from: fromDiamonds * milliDiamondsPerDiamond,
  }));
}

/** The level that a total is on, if it is on any, and the next one, if there is any. */
export function standOn(ladder: Step[], total: number): { step: Step | undefined; next: Step | undefined } {
  return { step: ladder.findLast(({ from }) => from <= total), next: ladder.find(({ from }) => from > total) };
}
