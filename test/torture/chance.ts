import { seededRandom } from '../support/random.ts';

/** A stream of choices. */
export type Chance = {
  /** From 0 up to, and without, 1. */
  number(): number;
  /** A whole number from 0 up to, and without, `end`. */
  below(end: number): number;
  between(first: number, last: number): number;
  happens(probability: number): boolean;
  pick<Value>(values: readonly [Value, ...Value[]]): Value;
  /** A name, by the weights that go with the names. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name;
};

/**
 * The choices that belong to one place of a run: a seed, the number of an operation, what is to be chosen. Each place has
 * its own stream, so what is chosen there does not depend on what happens to run at the same time.
 */
export function chanceAt(...place: (number | string)[]): Chance {
  const number = seededRandom(hashOf(place.join('/')));
  const below = (end: number) => Math.floor(number() * end);
  return {
    number,
    below,
    between: (first, last) => first + below(last - first + 1),
    happens: (probability) => number() < probability,
    pick: (values) => values[below(values.length)] ?? values[0],
    weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
      const names = Object.keys(weights) as Name[];
      let left = number() * names.reduce((sum, name) => sum + weights[name], 0);
      for (const name of names) {
        left -= weights[name];
        if (left < 0) return name;
      }
      return names[0] as Name;
    },
  };
}

/** FNV-1a with a final mix, so that neighbouring places get streams that have nothing in common. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
