import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namesMatch } from '../../shared/payouts/match-names.ts';

describe('names match', () => {
  it.each([
    ['Cyril Example', 'cyril EXAMPLE'],
    ['Cyril Example', 'Example, Cyril'],
    ['José García Ñuñez', 'Jose Garcia Nunez'],
    ['Zoë Straße', 'zoe strasse'],
    ['Søren Łukasz', 'Soren Lukasz'],
    ["Sinéad O'Neill", 'Sinead ONeill'],
    ['Ann Smith-Jones', 'Ann Smith Jones'],
    ['Cyril M. Example', 'Cyril Martin Example'],
    ['Cyril Martin Example', 'Dr. Cyril Martin Example'],
    ['李明', '李明'],
    ['Sukarno', 'SUKARNO'],
    ['Ｃｙｒｉｌ Example', 'Cyril Example'],
  ])('%s and %s', (one, other) => {
    expect(namesMatch(one, other)).toBe(true);
    expect(namesMatch(other, one)).toBe(true);
  });

  it('whatever the case and the order of the words', () => {
    const word = fc.string({ unit: fc.constantFrom(...'abcdefgéñößл李'), minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
        expect(namesMatch(words.join(' '), words.toReversed().join('  ').toUpperCase())).toBe(true);
      }),
    );
  });
});

describe('names do not match', () => {
  it.each([
    ['Cyril Example', 'Maria Example'],
    ['Cyril Example', 'Cyril Sample'],
    ['Cyril Example', 'Example'],
    ['Cyril Example', 'C. Example'],
    ['Cyril Example', 'Cyril Maria Sample'],
    ['Иван Петров', 'Ivan Petrov'],
    ['李明', '李明华'],
    ['Cyril Example', '---'],
    ['---', '...'],
  ])('%s and %s', (one, other) => {
    expect(namesMatch(one, other)).toBe(false);
    expect(namesMatch(other, one)).toBe(false);
  });
});
