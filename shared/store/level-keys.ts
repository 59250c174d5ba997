import type { LadderName } from './board-keys.ts';
import type { Key } from './keys.ts';

export const levelPrefix = 'LEVEL#';

type Climber = { ladder: LadderName; id: string };

/** That somebody reached a level. */
export function levelKey({ ladder, id, level }: Climber & { level: string }): Key {
  return { pk: `LEVEL#${ladder}#${id}`, sk: `${levelPrefix}${level}` };
}

/** All that somebody reached. */
export function levelsOf({ ladder, id }: Climber): { pk: string } {
  return { pk: `LEVEL#${ladder}#${id}` };
}
