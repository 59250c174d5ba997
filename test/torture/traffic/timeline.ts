import { chanceAt } from '../chance.ts';

/** Operations of one block run side by side; between blocks everything that is under way is waited for, and time jumps. */
export const operationsPerBlock = 250;

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

export type Timeline = {
  blockOf(operation: number): number;
  /** When an operation begins, in milliseconds since 1970. */
  timeOf(operation: number): number;
  startOf(block: number): number;
};

/** The time of every operation, decided by the seed alone: minutes pass within a block, and hours or days between blocks. */
export function timelineOf(seed: number): Timeline {
  const starts: number[] = [firstMoment(seed)];

  function startOf(block: number): number {
    for (let next = starts.length; next <= block; next++) {
      const end = (starts[next - 1] ?? 0) + operationsPerBlock * stepOf(next - 1);
      starts.push(afterJump(seed, next, end));
    }
    return starts[block] ?? 0;
  }

  function stepOf(block: number): number {
    return chanceAt(seed, 'step', block).between(80, 1_500);
  }

  const blockOf = (operation: number) => Math.floor(operation / operationsPerBlock);
  return {
    blockOf,
    startOf,
    timeOf(operation) {
      const block = blockOf(operation);
      return startOf(block) + (operation - block * operationsPerBlock) * stepOf(block);
    },
  };
}

/** Shortly before a midnight that may end a month or a year. */
function firstMoment(seed: number): number {
  const chance = chanceAt(seed, 'first moment');
  const monthEnd = Date.UTC(2027, chance.below(24), 1);
  return monthEnd - chance.pick([0, 0, 3, 9]) * day - chance.between(1, 12) * minute;
}

function afterJump(seed: number, block: number, end: number): number {
  const chance = chanceAt(seed, 'jump', block);
  switch (chance.weighted({ none: 25, minutes: 20, hours: 20, midnight: 18, days: 12, weeks: 7 })) {
    case 'none':
      return end;
    case 'minutes':
      return end + chance.between(3, 50) * minute;
    case 'hours':
      return end + chance.between(1, 7) * hour;
    case 'midnight':
      return Math.ceil(end / day) * day - chance.between(5, 60) * second;
    case 'days':
      return end + chance.between(1, 4) * day;
    case 'weeks':
      return end + chance.between(6, 9) * day;
  }
}
