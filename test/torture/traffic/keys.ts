import type { Chance } from '../chance.ts';

/** A UUIDv7 of a moment, its other bits chosen. */
export function keyAt(milliseconds: number, chance: Chance): string {
  const time = Math.max(0, milliseconds).toString(16).padStart(12, '0');
  const digits = (count: number) => Array.from({ length: count }, () => chance.below(16).toString(16)).join('');
  const variant = (8 + chance.below(4)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${digits(3)}-${variant}${digits(3)}-${digits(12)}`;
}

const second = 1_000;
const hour = 3_600 * second;

/** When a client made the key that it uses at a moment: mostly just then, sometimes long before, or by a clock that is ahead. */
export function keyTime(now: number, chance: Chance): number {
  switch (chance.weighted({ justNow: 80, ahead: 8, late: 12 })) {
    case 'justNow':
      return now - chance.below(2 * second);
    case 'ahead':
      return now + chance.below(50 * second);
    case 'late':
      return now - chance.between(0, 72 * hour);
  }
}
