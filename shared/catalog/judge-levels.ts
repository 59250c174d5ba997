import { ladderOf } from '../levels/ladder.ts';
import { ladders } from '../store/board-keys.ts';
import { type Finding, finding } from './findings.ts';
import type { Levels } from './levels-schema.ts';

/** Each level begins above the one before it, and has a name of its own. */
export function judgeLevels(value: Levels): Finding[] {
  return ladders.flatMap((name) => {
    const ladder = ladderOf(value, name);
    const names = ladder.map(({ level }) => level);
    const repeated = new Set(names.filter((level, position) => names.indexOf(level) !== position));
    return [
      ...[...repeated].map((level) =>
        finding('repeated_id', {
          at: `${name}.${level}`,
          sentence: `${level} is there more than once: expected is an id for each.`,
        }),
      ),
      ...ladder.flatMap(({ level, from }, position) => {
        const at = `${name}.${level}`;
        if (from > (ladder[position - 1]?.from ?? 0)) return [];
        return [finding('contradiction', { at, sentence: `${at} begins no later than the one below it.` })];
      }),
    ];
  });
}
