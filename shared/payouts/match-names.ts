/** Latin letters that Unicode does not take apart into a letter and its mark. */
const plainLetters: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

/**
 * Whether two names may be those of one person. Case, accents, punctuation and the order of the words do not matter, and
 * initials are left out. Either both have the same words, or all words of the shorter name, at least two, are in the
 * longer one: middle names, second family names and titles may be missing on one side. Names in different scripts never
 * match: give the destination's name as the legal name is written.
 */
export function namesMatch(one: string, other: string): boolean {
  const [fewer, more] = [wordsOf(one), wordsOf(other)].toSorted((a, b) => a.size - b.size) as [
    Set<string>,
    Set<string>,
  ];
  const isSame = fewer.size === more.size;
  return [...fewer].every((word) => more.has(word)) && (isSame ? fewer.size > 0 : fewer.size > 1);
}

function wordsOf(name: string): Set<string> {
  const plain = name
    // O'Neill is ONeill, but Smith-Jones is Smith Jones.
    .replaceAll(/['’ʼ`´]/g, '')
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[ßæœøłđðþı]/g, (letter) => plainLetters[letter] ?? letter);
  const words = plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const whole = words.filter((word) => !/^\p{Script=Latin}$/u.test(word));
  return new Set(whole.length > 0 ? whole : words);
}
